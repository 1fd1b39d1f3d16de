"""Tables: which values are one, and their payload. (First stage: none.)"""

from typing import Callable, Optional, Tuple

TABLE_MIME = "application/vnd.strata.table+json"


def table_payload(value: object, tmp: str, put_file: Callable[[str], Tuple[str, int]]) -> Optional[str]:
    return None
