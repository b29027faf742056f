"""The list in the admin site, and from the command line."""

from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from members import workflow
from members.models import Organisation, RegisterImport
from tests.members.register.conftest import SAMPLE, csv_file, firm
from tests.world import World

pytestmark = pytest.mark.django_db
ADD = "/admin/members/registerimport/add/"


def upload(world: World, content: bytes, who: str = "secretary") -> Any:
    return world.client(who).post(ADD, {"file": SimpleUploadedFile("list.csv", content)})


def test_from_the_file_to_the_commit(world: World, sample: bytes) -> None:
    client = world.client("secretary")
    assert ADD in client.get(reverse("admin:members_organisation_changelist")).content.decode()
    answer = client.post(ADD, {"file": SimpleUploadedFile("list.csv", sample)})
    imported = RegisterImport.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, imported.get_absolute_url())
    page = client.get(imported.get_absolute_url())
    html = page.content.decode()
    assert html.count('class="reg__line ') == 4
    assert "Chinese name: 月光茶壺交易所有限公司（虛構）" in html
    assert "4 platforms of the register that the list does not have" in html
    form = {"act": "commit", "seal": page.context["seal"]}
    asked = client.post(imported.get_absolute_url(), form)
    assert asked.status_code == 200
    assert "4 firms are touched" in asked.content.decode()
    assert not Organisation.objects.filter(ce_reference="ZZA001").exists()
    answer = client.post(imported.get_absolute_url(), form | {"confirmed": "yes"}, follow=True)
    assert "The list was committed whole." in answer.content.decode()
    assert Organisation.objects.get(ce_reference="ZZA001").key == "teapot-x"
    listed = client.get(reverse("admin:members_registerimport_changelist")).content.decode()
    assert "list.csv" in listed
    assert "Committed" in listed


def test_a_wrong_row_is_shown_first_and_cannot_be_committed(world: World) -> None:
    rows = [firm(1), firm(2)]
    rows[1][4] = "31/02/2025"
    page = world.client("secretary").get(upload(world, csv_file(rows))["Location"])
    html = page.content.decode()
    assert html.count('class="reg__line ') == 1
    assert "31/02/2025 is no day of the calendar" in html
    assert 'value="commit"' not in html
    answer = world.client("secretary").post(
        RegisterImport.objects.get().get_absolute_url(),
        {"act": "commit", "confirmed": "yes", "seal": page.context["seal"]},
        follow=True,
    )
    assert "Nothing can be committed while a row is wrong" in answer.content.decode()
    assert not Organisation.objects.filter(ce_reference="ZYA001").exists()


def test_a_file_that_is_no_list_is_said_beside_the_field(world: World, sample: bytes) -> None:
    for content, said in (
        (sample.decode().encode("utf-16"), "in UTF-16"),
        (b"Name,Licence\nA,B\n", "The first row must name the columns"),
        (b"", "empty"),
        (b"x" * (2 * 1024 * 1024 + 1), "too large"),
    ):
        answer = upload(world, content)
        assert said in str(answer.context["form"].errors["file"])
    assert not RegisterImport.objects.exists()


def test_a_register_that_changed_meanwhile_shows_the_new_preview(world: World) -> None:
    client = world.client("secretary")
    address = upload(world, csv_file([["ZYA001", "Harbour (demo)", "", "", ""]]))["Location"]
    seal = client.get(address).context["seal"]
    world.harbour.platform_name_en, world.harbour.ce_reference = "H", "ZYA001"
    workflow.amend_organisation(world.harbour, changed=["ce_reference"], actor=world.viewer("chair"))
    answer = client.post(address, {"act": "commit", "confirmed": "yes", "seal": seal}, follow=True)
    assert "The register has changed since this preview was made." in answer.content.decode()
    assert [line["outcome"] for line in RegisterImport.objects.get().lines] == ["unchanged"]


def test_an_officer_looks_and_decides_nothing(world: World, sample: bytes) -> None:
    address = upload(world, sample)["Location"]
    html = world.client("officer").get(address).content.decode()
    assert "ZZA001" in html
    assert 'name="act"' not in html
    assert world.client("officer").post(address, {"act": "discard"}).status_code == 403
    assert world.client("officer").get(ADD).status_code == 403


def test_what_a_list_says_is_never_markup(world: World) -> None:
    address = upload(world, csv_file([["ZYA001", "<script>alert(1)</script> Limited", "", "<b>P</b>", ""]]))["Location"]
    html = world.client("secretary").get(address).content.decode()
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; Limited" in html


def run(path: Path, *options: str) -> tuple[int, str, str]:
    out = StringIO()
    try:
        call_command("import_register", str(path), *options, stdout=out)
    except CommandError as error:
        return error.returncode, out.getvalue(), str(error)
    return 0, out.getvalue(), ""


def test_the_command_prints_the_lines_and_says_how_it_ended(world: World, tmp_path: Path) -> None:
    code, out, _said = run(SAMPLE)
    assert code == 0
    assert "row 2: New: ZZA001 Moonbeam Teapot Exchange Limited (fictional)" in out
    assert "    Date of licence: 03/02/2025" in out
    assert "not in the file: - Harbour (demo)" in out
    assert "4 rows: New 4, Changed 0, Unchanged 0, Error 0; not in the file 4" in out
    assert not Organisation.objects.filter(ce_reference="ZZA001").exists()
    assert run(SAMPLE, "--commit")[0] == 0
    assert Organisation.objects.filter(ce_reference="ZZA001").exists()
    assert "Unchanged 4" in run(SAMPLE, "--commit")[1]
    wrong = tmp_path / "wrong.csv"
    wrong.write_bytes(csv_file([firm(1), [*firm(2)[:4], "31/02/2025"]]))
    code, out, said = run(wrong, "--commit")
    assert (code, "row 3: Error" in out, "nothing was committed" in said) == (1, True, True)
    assert not Organisation.objects.filter(ce_reference="ZYA001").exists()
    wrong.write_bytes(b"")
    assert run(wrong)[::2] == (2, "The file is empty.")
    assert run(tmp_path / "absent.csv")[0] == 2


def test_a_former_name_is_kept_from_the_organisation_s_own_page(world: World) -> None:
    client = world.client("secretary")
    address = reverse("admin:members_organisation_change", args=[world.harbour.pk])

    def send(**changes: str) -> Any:
        page = client.get(address)
        form = page.context["adminform"].form
        data = {name: form[name].value() for name in form.fields}
        data = {name: value for name, value in data.items() if value not in (None, False, [])}
        for formset in page.context["inline_admin_formsets"]:
            for form in (formset.formset.management_form, *formset.formset.forms):
                data |= {f.html_name: "" if f.value() is None else f.value() for f in form}
        return client.post(address, data | changes)

    assert send(name_en="Harbor (demo)", correcting="on").status_code == 302
    assert not world.harbour.former_names.exists()
    assert send(name_en="Harbour Bridge (demo)", names_from="2026-11-02").status_code == 302
    former = world.harbour.former_names.get()
    assert (former.name_en, former.since, former.until) == ("Harbor (demo)", None, date(2026, 11, 2))
    answer = send(name_en="Harbour Tunnel (demo)", names_from="2026-10-01")
    assert "cannot have begun before" in str(answer.context["adminform"].form.errors["names_from"])
    assert send(name_en="Harbour Tunnel (demo)", names_from="2026-11-20").status_code == 302
    later = world.harbour.former_names.first()
    assert (later.name_en, later.since) == ("Harbour Bridge (demo)", date(2026, 11, 2))
    assert "Harbour Bridge (demo)" in client.get(address).content.decode()
    directory = world.client("mei").get(reverse("members:directory")).content.decode()
    assert "Harbour Bridge (demo)" in directory


def test_who_reaches_the_pages(world: World, sample: bytes) -> None:
    change = upload(world, sample)["Location"]
    listed = reverse("admin:members_registerimport_changelist")
    for who in ("secretary", "chair", "admin"):
        client = world.client(who)
        assert [client.get(path).status_code for path in (listed, ADD, change)] == [200, 200, 200]
        assert [client.post(path).status_code for path in (ADD, change)] == [200, 302]
    client = world.client("officer")
    assert [client.get(path).status_code for path in (listed, ADD, change)] == [200, 403, 200]
    assert [client.post(path).status_code for path in (ADD, change)] == [403, 403]
    for who in (None, "mei", "fan"):
        client = world.client(who)
        for path in (listed, ADD, change):
            assert {client.get(path).status_code, client.post(path).status_code} == {302}
    absent = reverse("admin:members_registerimport_change", args=[0])
    assert world.client("secretary").get(absent)["Location"] == "/admin/"
