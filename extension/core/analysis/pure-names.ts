/**
 * Names of calls that are taken not to change their arguments or their receiver.
 * A wrong entry cannot make a result wrong: every run observes which of its inputs really changed. The lists only
 * decide how early a cell below may be shown fresh, and which cells wait for one another; so they hold what
 * notebooks call all the time, and nothing doubtful.
 */
const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** Builtins that only read their arguments (and `display`), unless the cell shadows the name. */
export const PURE_BUILTINS = words(`
  abs all any ascii bin bool bytes callable chr complex dict dir display divmod enumerate float format frozenset
  getattr hasattr hash hex id int isinstance issubclass len list max min oct ord pow print range repr reversed round
  set slice sorted str sum tuple type zip`);

/** Methods that return something new: of pandas and polars frames, arrays, strings, containers, fitted models. */
export const PURE_METHODS = words(`
  head tail describe info mean median std var sum min max count size nunique unique value_counts quantile corr cov mode
  groupby agg aggregate merge join concat copy astype query dropna fillna sort_values sort_index reset_index set_index
  assign drop drop_duplicates duplicated rename isna isnull notna notnull isin between to_numpy to_dict to_list tolist
  to_string to_markdown to_html to_json to_records to_frame to_pandas to_arrow to_csv to_parquet to_excel to_series
  melt pivot pivot_table stack unstack transpose explode resample rolling expanding ewm shift diff pct_change cumsum
  cumprod cummax cummin nlargest nsmallest sample filter where mask clip round abs idxmax idxmin argmax argmin argsort
  any all item itertuples iterrows items keys values get index map_elements select with_columns collect lazy
  reshape ravel flatten squeeze dot prod nonzero
  split rsplit splitlines strip lstrip rstrip format lower upper title capitalize startswith endswith replace find
  rfind encode decode isdigit isalpha isalnum zfill ljust rjust center partition rpartition removeprefix removesuffix
  union intersection difference symmetric_difference issubset issuperset
  predict predict_proba predict_log_proba decision_function score transform get_params get_feature_names_out
  exists is_file is_dir read_text read_bytes glob iterdir resolve with_suffix with_name relative_to as_posix
  isoformat strftime total_seconds date time timestamp weekday bit_length conjugate group groups`);

/**
 * Methods that draw: on a frame they only read it (`df.plot(x="a", y="b")`), on axes they change them
 * (`ax.plot(x, y)`). Axes always get their data by position, frames hardly ever do.
 */
export const DRAWING_METHODS = words("plot hist bar barh box boxplot scatter area pie line kde density hexbin");

/** Pure methods whose result is a part of the receiver: changing the one changes the other. */
export const ACCESSORS = words("get items keys values item iterrows itertuples ravel reshape squeeze transpose");

/** Functions, by their last name, that change their first argument. */
export const CHANGES_FIRST_ARGUMENT = words(`
  shuffle heapify heappush heappop heapreplace heappushpop insort insort_left insort_right setattr delattr
  fill_diagonal copyto put place putmask put_along_axis setp`);

/** Modules whose functions leave their arguments alone, `CHANGES_FIRST_ARGUMENT` apart. */
export const PURE_MODULES = words(
  "math cmath statistics json pandas numpy matplotlib seaborn polars plotly altair operator",
);

/** What well-known modules are called by convention, for names that this cell does not import itself. */
export const CONVENTIONAL_ALIASES: Readonly<Record<string, string>> = {
  np: "numpy",
  pd: "pandas",
  pl: "polars",
  plt: "matplotlib.pyplot",
  mpl: "matplotlib",
  sns: "seaborn",
  px: "plotly.express",
  alt: "altair",
  tf: "tensorflow",
};
