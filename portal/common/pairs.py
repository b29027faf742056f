"""Which characters stand beside one another in a text: what an index can find a part of a word by, Chinese included.

Trigrams need three characters, and a Chinese name often has two. `character_pairs` (accounts/migrations/0004) gives
each pair of neighbouring characters in capitals, and each Chinese character by itself. A text that contains another
contains its pairs; the reverse has to be looked at, in the few rows that are left.
"""

from collections.abc import Sequence
from typing import Any, Final

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db.models import Func, Model, TextField, Value

# KB that wait to be put in their places: the write that finds more pays for all of them.
WAITING: Final = 256


class Pairs(Func):
    """The pairs of one or more columns; no pair reaches from one column into the next."""

    function = "character_pairs"
    output_field = ArrayField(TextField())


class PairsIndex(GinIndex):
    """An index for searches within these columns."""

    def __init__(self, *columns: str, name: str) -> None:
        self.columns = columns
        super().__init__(Pairs(*columns), name=name, gin_pending_list_limit=WAITING)

    def deconstruct(self) -> Any:
        path, _expressions, _settings = super().deconstruct()
        return path, self.columns, {"name": self.name}


def paired_columns(model: type[Model]) -> Sequence[str]:
    """The columns of the model's PairsIndex; none without one."""
    return next((index.columns for index in model._meta.indexes if isinstance(index, PairsIndex)), ())


def pairs_of(text: str) -> Pairs:
    return Pairs(Value(text, output_field=TextField()))
