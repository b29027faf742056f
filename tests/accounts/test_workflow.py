from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from accounts.models import Invitation, User
from accounts.workflow import accept_invitation, create_invitation, open_invitation
from portal.common import clock
from portal.common.errors import Refused

pytestmark = pytest.mark.django_db


def test_the_token_opens_the_invitation_and_only_its_hash_is_kept() -> None:
    invitation, token = create_invitation("New@Harbour.example ", invited_by=None)
    assert invitation.email == "new@harbour.example"
    assert open_invitation(token) == invitation
    assert token not in str(Invitation.objects.values().get())


def test_an_invitation_expires_after_fourteen_days() -> None:
    _invitation, token = create_invitation("new@harbour.example", invited_by=None)
    with clock.at(clock.now() + timedelta(days=14, seconds=1)):
        assert open_invitation(token) is None


def test_a_second_invitation_revokes_the_first() -> None:
    _first, old = create_invitation("new@harbour.example", invited_by=None)
    _second, new = create_invitation("new@harbour.example", invited_by=None)
    assert open_invitation(old) is None
    assert open_invitation(new) is not None


def test_an_address_with_an_account_is_not_invited() -> None:
    User.objects.create_user("here@harbour.example", None, name_en="Here")
    with pytest.raises(Refused) as refusal:
        create_invitation("HERE@harbour.example", invited_by=None)
    assert refusal.value.field == "email"


def test_only_the_invited_address_may_accept() -> None:
    invitation, _token = create_invitation("new@harbour.example", invited_by=None)
    other = User.objects.create_user("other@harbour.example", None, name_en="Other")
    with pytest.raises(Refused):
        accept_invitation(invitation.pk, user=other)


@pytest.mark.django_db(transaction=True)
def test_fifty_acceptances_at_the_same_moment_spend_it_once() -> None:
    invitation, _token = create_invitation("new@harbour.example", invited_by=None)
    user = User.objects.create_user("new@harbour.example", None, name_en="New")

    def attempt(_number: int) -> bool:
        try:
            accept_invitation(invitation.pk, user=user)
        except Refused:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(10) as pool:
        outcomes = list(pool.map(attempt, range(50)))
    assert outcomes.count(True) == 1
