# @name rules
SENSOR_FAULT = -999.0
COLDEST, HOTTEST = -40.0, 50.0


def to_number(text: pd.Series) -> pd.Series:
    """Numbers as the stations write them, decimal comma or point; what is no number becomes NaN."""
    return pd.to_numeric(text.str.replace(",", "."), errors="coerce")


def plausible(temperature: pd.Series) -> pd.Series:
    """True where a reading can be a temperature on Earth, in degrees Celsius."""
    return temperature.ne(SENSOR_FAULT) & temperature.between(COLDEST, HOTTEST)
