"""Search in lists, by a part of any of the model's `search_fields`, at a cost that does not grow with the table.

Django joins what is searched and reads all of it. Here each table that a field lies in is asked for the few rows that
match, by its index (portal.common.pairs), and the list for those. Where more match than are worth naming one by one,
Django's own search is quick: it walks the list in its order, and soon has a page.
"""

from collections.abc import Iterator
from typing import Any, Final

from django.contrib import admin
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.db.models import BigIntegerField, BooleanField, Count, ExpressionWrapper, F, Func, Q, UUIDField, Value
from django.http import HttpRequest
from django.utils.text import smart_split, unescape_string_literal

from members.desk.typing import ModelT
from members.row_security import read_rule, search_functions
from portal.common.pairs import Pairs, paired_columns, pairs_of

NAMED_AT_MOST: Final = 5_000
# Rows that are looked at first, of the greatest keys: with so many among them that match, a walk soon has a page.
LOOKED_AT: Final = 1_000
COMMON: Final = 50


class OneOf(Func):
    """Whether a key is one of many, which are one parameter; Django's `__in` makes one of each."""

    template = "%(expressions)s)"
    arg_joiner = " = ANY ("
    output_field = BooleanField()


class SearchingAdmin(admin.ModelAdmin[ModelT]):
    """`search_fields` are names of columns, here or of a related row; their prefixes (^, =) are not known here."""

    def get_search_results(
        self, request: HttpRequest, queryset: "models.QuerySet[ModelT]", search_term: str
    ) -> "tuple[models.QuerySet[ModelT], bool]":
        fields = self.get_search_fields(request)
        if not fields:
            return queryset, False
        for word in _words(search_term):
            found = Q()
            for path, columns in _by_table(fields).items():
                found |= _matches(self.model, path, columns, word)
            queryset = queryset.filter(found)
        return queryset, False


def _words(term: str) -> Iterator[str]:
    """As Django has it: what stands in quotation marks is one."""
    for bit in smart_split(term):
        quoted = bit.startswith(('"', "'")) and len(bit) > 1 and bit[0] == bit[-1]
        yield unescape_string_literal(bit) if quoted else bit


def _by_table(fields: Any) -> dict[str, list[str]]:
    """The columns by the way to their table; the way to the list's own is empty."""
    found: dict[str, list[str]] = {}
    for name in map(str, fields):
        path, _dot, column = name.rpartition("__")
        found.setdefault(path, []).append(column)
    return found


def _matches(model: type[models.Model], path: str, columns: list[str], word: str) -> Q:
    table = _table(model, path)
    before = f"{path}__" if path else ""
    plain = _contains(columns, word, before)
    if not path and not paired_columns(table):
        return plain
    keys = _keys(table, columns, word)
    if keys is None:
        return plain
    return Q(OneOf(F(path or "pk"), Value(keys, ArrayField(_key_of(table)))))


def _contains(columns: list[str], word: str, before: str = "") -> Q:
    found = Q()
    for column in columns:
        found |= Q(**{f"{before}{column}__icontains": word})
    return found


def _table(model: type[models.Model], path: str) -> type[models.Model]:
    for name in filter(None, path.split("__")):
        model = model._meta.get_field(name).related_model  # type: ignore[assignment]
    return model


def _key_of(table: type[models.Model]) -> Any:
    return UUIDField() if isinstance(table._meta.pk, UUIDField) else BigIntegerField()


def _keys(table: type[models.Model], columns: list[str], word: str) -> list[Any] | None:
    """Keys of the rows that match; None where they are many."""
    indexed = paired_columns(table)
    if set(columns) == set(indexed) and read_rule(table) is not None:
        return _keys_by_owner(table, word)
    rows: Any = table._default_manager.order_by()
    matches = _contains(columns, word)
    if set(columns) <= set(indexed):
        hit = ExpressionWrapper(matches, BooleanField())
        some = rows.order_by("-pk").annotate(hit=hit)[:LOOKED_AT].aggregate(hits=Count("pk", filter=Q(hit=True)))
        if some["hits"] >= COMMON:
            return None
        rows = rows.alias(pairs=Pairs(*indexed)).filter(pairs__contains=pairs_of(word))
    return _few(list(rows.filter(matches).values_list("pk", flat=True)[: NAMED_AT_MOST + 1]))


def _keys_by_owner(table: type[models.Model], word: str) -> list[Any] | None:
    many, found = search_functions(table)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {many}(%s, %s, %s)", [word, LOOKED_AT, COMMON])
        if cursor.fetchone()[0]:
            return None
        cursor.execute(f"SELECT {found}(%s, %s)", [word, NAMED_AT_MOST + 1])
        return _few([key for (key,) in cursor.fetchall()])


def _few(keys: list[Any]) -> list[Any] | None:
    return keys if len(keys) <= NAMED_AT_MOST else None
