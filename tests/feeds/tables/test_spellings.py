"""The columns of real layouts: which one is the date, the close, the volume."""

import pytest

from btplaybook.feeds.tables.spellings import SPLIT_COLUMNS, column_name, column_names

BARS = ["date", "open", "high", "low", "close", "volume"]


@pytest.mark.parametrize(
    ("header", "names"),
    [
        pytest.param("Date,Open,High,Low,Close,Adj Close,Volume",
                     ["date", "open", "high", "low", "close", "adj_close", "volume"], id="Yahoo"),
        pytest.param("Date,Open,High,Low,Close*,Adj Close**,Volume",
                     ["date", "open", "high", "low", "close", "adj_close", "volume"],
                     id="Yahoo's page"),
        pytest.param("timestamp,open,high,low,close,adjusted_close,volume,dividend_amount,"
                     "split_coefficient",
                     ["date", "open", "high", "low", "close", "adj_close", "volume", "dividend",
                      "split_coefficient"], id="Alpha Vantage"),
        pytest.param(",1. open,2. high,3. low,4. close,5. adjusted close,6. volume,"
                     "7. dividend amount,8. split coefficient",
                     ["", "open", "high", "low", "close", "adj_close", "volume", "dividend",
                      "split_coefficient"], id="Alpha Vantage's JSON"),
        pytest.param(",1a. open (USD),2a. high (USD),3a. low (USD),4a. close (USD),5. volume,"
                     "6. market cap (USD)",
                     ["", "open", "high", "low", "close", "volume", "market_cap_usd"],
                     id="Alpha Vantage's coins"),
        pytest.param("Date,Open,High,Low,Close,Volume,OpenInt", [*BARS, "open_int"], id="Stooq"),
        pytest.param("<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>,<OPENINT>",
                     ["ticker", "per", "date", "time", "open", "high", "low", "close", "volume",
                      "openint"], id="Stooq in bulk"),
        pytest.param("<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<TICKVOL>,<VOL>,<SPREAD>",
                     ["date", "time", "open", "high", "low", "close", "tickvol", "volume",
                      "spread"], id="MetaTrader 5"),
        pytest.param("Date,Time,Open,High,Low,Close,Tickvol",
                     ["date", "time", "open", "high", "low", "close", "volume"],
                     id="ticks are the only volume"),
        pytest.param("Date,Close/Last,Volume,Open,High,Low",
                     ["date", "close", "volume", "open", "high", "low"], id="Nasdaq"),
        pytest.param("Date,Price,Open,High,Low,Vol.,Change %",
                     ["date", "close", "open", "high", "low", "volume", "change_%"],
                     id="Investing.com"),
        pytest.param("Datum,Zuletzt,Eröffn.,Hoch,Tief,Vol.,+/- %",
                     ["date", "close", "open", "high", "low", "volume", "+_%"],
                     id="Investing.com in German"),
        pytest.param("Datum,Erster,Hoch,Tief,Schlusskurs,Stuecke,Volumen", [*BARS, "volumen"],
                     id="Ariva: pieces, then turnover in euros"),
        pytest.param("time,open,high,low,close,Volume,Volume MA", [*BARS, "volume_ma"],
                     id="TradingView"),
        pytest.param("time,open,high,low,close,Volume MA", [*BARS[:-1], "volume_ma"],
                     id="an average is no volume"),
        pytest.param("unix,date,symbol,open,high,low,close,Volume BTC,Volume USD",
                     ["unix", "date", "ticker", "open", "high", "low", "close", "volume",
                      "volume_usd"], id="CryptoDataDownload"),
        pytest.param("date,open,high,low,close,Volume USD,Volume ETH",
                     ["date", "open", "high", "low", "close", "volume_usd", "volume"],
                     id="the money first"),
        pytest.param("Timestamp,Open,High,Low,Close,Volume_(BTC),Volume_(Currency),Weighted_Price",
                     [*BARS, "volume_currency", "weighted_price"], id="Bitstamp on Kaggle"),
        pytest.param("Open time,Open,High,Low,Close,Volume,Close time,Quote asset volume",
                     [*BARS, "close_time", "quote_asset_volume"], id="Binance"),
        pytest.param("date,close,high,low,open,volume,adjClose,adjOpen,divCash,splitFactor",
                     ["date", "close", "high", "low", "open", "volume", "adj_close", "adj_open",
                      "dividend", "split_factor"], id="Tiingo"),
        pytest.param("Date,Open,High,Low,Close,Volume,Ex-Dividend,Split Ratio,Adj. Close",
                     [*BARS, "dividend", "split_ratio", "adj_close"], id="Quandl WIKI"),
        pytest.param("Date,Open,High,Low,Last,Change,Settle,Volume",
                     ["date", "open", "high", "low", "last", "change", "close", "volume"],
                     id="futures"),
        pytest.param("Date,PX_OPEN,PX_HIGH,PX_LOW,PX_LAST,PX_VOLUME", BARS, id="Bloomberg"),
        pytest.param("Date,Open,High,Low,Close,Volume,Dividends,Stock Splits",
                     [*BARS, "dividend", "stock_splits"], id="yfinance"),
        pytest.param("date,open,high,low,close,volume,Name", [*BARS, "ticker"], id="Kaggle"),
        pytest.param("Symbol,Name,Date,Close", ["ticker", "name", "date", "close"],
                     id="a symbol stands before a name"),
        pytest.param("t,o,h,l,c,v,vw,n", [*BARS, "vw", "n"], id="Polygon"),
        pytest.param("Date,Timestamp,Open,High,Low,Close (EUR),Close (adj),Volume",
                     ["date", "timestamp", "open", "high", "low", "close", "adj_close", "volume"],
                     id="units and adjusted"),
        pytest.param("Date,Close (prev),Open (%)", ["date", "close_prev", "open_%"],
                     id="not units"),
        pytest.param("Price,Open,High,Low,Close,Volume", ["price", *BARS[1:]],
                     id="yfinance's name of its columns"),
        pytest.param("Close,Closing Price", ["close", "close"], id="a true duplicate"),
    ],
)  # fmt: skip
def test_layout(header: str, names: list[str]) -> None:
    assert column_names(header.split(",")) == names


@pytest.mark.parametrize(
    ("label", "name"),
    [
        pytest.param("Price", "price", id="a fallback"),
        pytest.param("Datetime", "date", id="usual"),
        pytest.param("Weight (%)", "weight_%", id="unknown"),
        pytest.param(7, "7", id="a number"),
        pytest.param("BRK.B", "brk_b", id="a ticker"),
    ],
)
def test_a_label_alone(label: object, name: str) -> None:
    assert column_name(label) == name


@pytest.mark.parametrize("name", SPLIT_COLUMNS)
def test_columns_of_splits_keep_their_names(name: str) -> None:
    camel = name.title().replace("_", "")
    spelled = [name.upper(), name.replace("_", " ").title(), camel[0].lower() + camel[1:]]
    assert [column_names([each]) for each in spelled] == [[name]] * 3
