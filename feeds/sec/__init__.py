"""The SEC: what companies stated in their filings, each figure known from its filing on.

`lines` declares which tags make which figure; `folder` reads a folder of `companyfacts` files, and
`fetch` downloads them.
"""
