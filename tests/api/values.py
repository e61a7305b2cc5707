"""Values that only the corpus, the calendar or another parameter can judge, which no schema says.

In requests that schemathesis means to be good they are put right, so that every such request must be answered:

* values of dimensions: only the taxonomy and the articles know them; the example of the description is one;
* days that do not exist (2023-02-30), and `from` behind `to`;
* `page` times `size` beyond the end of paging, and `page` beside `cursor`;
* a cursor that no answer gave;
* a table whose rows and columns are the same or both periods;
* the generation that is live.

Requests that schemathesis means to be bad go out as they are.
"""

import calendar
import re

import schemathesis
from schemathesis.generation import GenerationMode

PAGE_DEPTH_MAX = 10_000
PERIODS = ("year", "month", "day")


def parameters(case):
    """The described query parameters of the operation, by name."""
    return {one.name: one.definition for one in case.operation.query}


def is_day(text):
    """Whether a date of the right form exists."""
    parts = [int(part) for part in str(text).split("-")]
    return len(parts) < 3 or parts[2] <= calendar.monthrange(parts[0], parts[1])[1]


def put_right(case):
    query, described = case.query, parameters(case)
    for name, definition in described.items():
        is_filter = "full path" in definition.get("description", "")
        if is_filter and name in query:
            query[name] = definition.get("example", ["_none"])
    for name in ("from", "to", "accessed"):
        if query.get(name) and re.fullmatch("[0-9-]+", str(query[name])) and not is_day(query[name]):
            query[name] = str(query[name])[:7]
    if query.get("from") and query.get("to") and str(query["from"])[:4] >= str(query["to"])[:4]:
        del query["to"]
    if "cursor" in query:
        query["cursor"] = "*"
        query.pop("page", None)
        if str(query.get("size")) == "0":
            del query["size"]
    if "page" in query:
        size = query.get("size") or 10
        if int(query["page"] or 1) * int(size) > PAGE_DEPTH_MAX:
            query["page"] = 1
    if "rows" in described:
        rows, columns, split = query.get("rows"), query.get("columns"), query.get("split")
        if rows == columns or split == "year" or (rows in PERIODS and columns in PERIODS) or not (rows and columns):
            query["rows"], query["columns"] = "source", "lang"
    if "generation" in query:
        query["generation"] = described["generation"]["example"]


@schemathesis.hook
def before_call(context, case, kwargs):
    if case.meta is not None and case.meta.generation.mode == GenerationMode.POSITIVE and case.query:
        put_right(case)
