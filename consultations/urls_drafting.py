"""Addresses of the workspace of a draft, below /consultations/<key>/draft/."""

from django.urls import path

from consultations.views import drafting, importing

urlpatterns = [
    path("", drafting.draft, name="draft"),
    path("details/", drafting.details, name="draft_details"),
    path("gaps/", drafting.draft_gaps, name="draft_gaps"),
    path("renumber/", drafting.renumber, name="draft_renumber"),
    path("markdown/<slug:language>/", drafting.markdown, name="draft_markdown"),
    path("sections/<int:pk>/", drafting.section, name="draft_section"),
    path("annexes/<int:pk>/", drafting.annex, name="draft_annex"),
    path("add/<slug:kind>/", drafting.add, name="draft_add"),
    path("parts/<slug:kind>/<int:pk>/", drafting.edit, name="draft_part"),
    path("parts/<slug:kind>/<int:pk>/move/", drafting.move, name="draft_move"),
    path("parts/<slug:kind>/<int:pk>/remove/", drafting.remove, name="draft_remove"),
    path("imports/new/", importing.new, name="import_new"),
    path("imports/<uuid:pk>/", importing.preview, name="import"),
    path("imports/<uuid:pk>/blocks/<int:block>/", importing.block, name="import_block"),
    path("imports/<uuid:pk>/commit/", importing.commit, name="import_commit"),
    path("imports/<uuid:pk>/discard/", importing.discard, name="import_discard"),
    path("imports/<uuid:pk>/file/", importing.original, name="import_file"),
]
