"""What the guest takes for the setting up of a library, as a line of JSON. Its argument: the folder of the harness."""

import json
import sys

sys.path.insert(0, sys.argv[1])
from strata_harness import patches, replays

words = {name: getattr(replays, name) for name in ("SETTING_VERBS", "SETTING_NAMES", "DATABASE_VERBS")}
words["CHANGING"] = sorted(replays.CHANGING)
words["FOLLOWED"] = sorted(replays.FOLLOWED)
print(json.dumps({"words": words, "component": patches.COMPONENT, "calls": replays.MARK}))
