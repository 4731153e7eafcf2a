"""Ids of controls that no door has drawn: of what is not there, with parts too many or too odd."""

FORGED = [
    "label:1:1:999",
    "label:1:999999999999999:0",
    "label:1:1:t7:done",
    "label:1:1:pick",
    "conflict:1:1:0",
    "conflict:1:next",
    "example:1:label",
    "draft:1:1:label",
    "draft:999:dataset",
    "import:1:put:2",
    "import:9:gold",
    "import:١:put",
    "job:1:cancel",
    "look:0",
]
