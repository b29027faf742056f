from django.db import migrations

# The one way in which what somebody wrote and has not posted changes hands. Row security shows a draft to its author
# alone and lets nobody write one for somebody else; whoever ends a membership must not read it either. So the owner's
# function moves it, under these conditions that it checks itself, and gives back two numbers:
# - a hand-over is recorded and not done, of a membership that has a last day, in the organisation of that membership;
# - the successor holds a membership there beyond that day;
# - the draft was last written while its author acted for that organisation: whoever moved from one firm to another
#   does not take drafts along in this way;
# - the successor can read the paper.
# Where both wrote at the same place the texts stand below one another, for the narrower of the two readerships.
FUNCTION = """
CREATE FUNCTION consultations_hand_over(wanted bigint, OUT moved integer, OUT kept integer)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    h record;
    d record;
    place uuid;
    there record;
    can_sign boolean;
    answers integer;
    narrow CONSTANT text[] := ARRAY['organisation', 'regulator', 'shared', 'group', 'public'];
BEGIN
    moved := 0;
    kept := 0;
    SELECT o.organisation_id AS firm, o.successor_id AS successor, m.user_id AS leaver, m.ends_on AS last_day INTO h
    FROM members_handover o JOIN members_membership m ON m.id = o.membership_id
    WHERE o.id = wanted AND o.done_at IS NULL AND m.ends_on IS NOT NULL AND m.organisation_id = o.organisation_id;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    SELECT bool_or(s.role IN ('principal', 'alternate')) INTO can_sign FROM members_membership s
    WHERE s.user_id = h.successor AND s.organisation_id = h.firm AND (s.ends_on IS NULL OR s.ends_on > h.last_day);
    IF h.successor IS NOT NULL AND can_sign IS NULL THEN
        RAISE EXCEPTION 'the successor is no colleague';
    END IF;

    FOR d IN
        SELECT own.*, h.successor IS NOT NULL AND (c.working_group_id IS NULL OR EXISTS (
            SELECT 1 FROM members_workinggroupmembership seat
            WHERE seat.group_id = c.working_group_id AND seat.user_id = h.successor)) AS takes
        FROM consultations_commentdraft own JOIN consultations_consultation c ON c.id = own.consultation_id
        WHERE own.author_id = h.leaver
        AND (btrim(own.body) <> '' OR EXISTS (SELECT 1 FROM consultations_draftattachment f WHERE f.draft_id = own.id))
        AND h.firm = (
            SELECT t.organisation_id FROM members_membership t
            WHERE t.user_id = h.leaver AND t.starts_on <= (own.updated_at AT TIME ZONE 'Asia/Hong_Kong')::date
            ORDER BY t.starts_on DESC, t.id DESC LIMIT 1)
        ORDER BY own.updated_at FOR UPDATE OF own
    LOOP
        IF NOT d.takes THEN
            kept := kept + 1;
            CONTINUE;
        END IF;
        -- Nobody else edits the leaver's comment: what was to become its new text becomes an answer to it.
        place := coalesce(d.edits_id, d.parent_id);
        SELECT o.id, o.audience INTO there FROM consultations_commentdraft o
        WHERE o.author_id = h.successor AND o.consultation_id = d.consultation_id AND o.anchor = d.anchor
        AND o.parent_id IS NOT DISTINCT FROM place AND o.edits_id IS NULL FOR UPDATE;
        IF FOUND THEN
            UPDATE consultations_commentdraft SET
                body = CASE WHEN btrim(body) = '' THEN d.body ELSE body || E'\\n\\n' || d.body END,
                audience = CASE WHEN d.audience = '' OR audience = '' THEN ''
                    WHEN array_position(narrow, d.audience::text) < array_position(narrow, audience::text)
                    THEN d.audience ELSE audience END,
                version = version + 1
            WHERE id = there.id;
            UPDATE consultations_draftattachment SET draft_id = there.id WHERE draft_id = d.id;
            DELETE FROM consultations_commentdraft WHERE id = d.id;
        ELSE
            UPDATE consultations_commentdraft
            SET author_id = h.successor, parent_id = place, edits_id = NULL, version = version + 1 WHERE id = d.id;
        END IF;
        moved := moved + 1;
    END LOOP;

    -- A firm's response that has not been submitted: who works on it. Who wrote or signed an answer stays.
    FOR d IN
        SELECT r.id, h.successor IS NOT NULL AND (c.working_group_id IS NULL OR EXISTS (
            SELECT 1 FROM members_workinggroupmembership seat
            WHERE seat.group_id = c.working_group_id AND seat.user_id = h.successor)) AS takes,
            h.leaver IN (r.drafter_id, r.reviewer_id) AS works, coalesce(r.signatory_id = h.leaver, false) AS signs
        FROM consultations_response r JOIN consultations_consultation c ON c.id = r.consultation_id
        WHERE r.organisation_id = h.firm AND r.submitted_at IS NULL
        ORDER BY r.id FOR UPDATE OF r
    LOOP
        IF NOT d.takes THEN
            SELECT count(*) INTO answers FROM consultations_answer a
            WHERE a.response_id = d.id AND a.assigned_to_id = h.leaver AND a.stage <> 'signed_off';
            kept := kept + (CASE WHEN d.works OR d.signs OR answers > 0 THEN 1 ELSE 0 END);
            CONTINUE;
        END IF;
        UPDATE consultations_answer SET assigned_to_id = h.successor
        WHERE response_id = d.id AND assigned_to_id = h.leaver AND stage <> 'signed_off';
        GET DIAGNOSTICS answers = ROW_COUNT;
        UPDATE consultations_response SET
            drafter_id = CASE WHEN drafter_id = h.leaver THEN h.successor ELSE drafter_id END,
            reviewer_id = CASE WHEN reviewer_id = h.leaver THEN h.successor ELSE reviewer_id END,
            signatory_id = CASE WHEN signatory_id = h.leaver AND can_sign THEN h.successor ELSE signatory_id END
        WHERE id = d.id AND (drafter_id = h.leaver OR reviewer_id = h.leaver OR (signatory_id = h.leaver AND can_sign));
        moved := moved + (CASE WHEN d.works OR answers > 0 OR (d.signs AND can_sign) THEN 1 ELSE 0 END);
        kept := kept + (CASE WHEN d.signs AND NOT can_sign THEN 1 ELSE 0 END);
    END LOOP;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("consultations", "0003_starting_rules"), ("members", "0008_terms_and_delegation")]
    operations = [migrations.RunSQL(FUNCTION, "DROP FUNCTION consultations_hand_over(bigint)")]
