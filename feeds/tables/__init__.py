"""Tables as they are written: text, workbooks and Parquet, and the dates and numbers in them."""
