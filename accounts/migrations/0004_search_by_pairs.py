from django.db import migrations, models

import portal.common.pairs

# For indexes that find a part of a word, of two characters or of one Chinese character too (portal.common.pairs).
# What it gives for a text may never change: indexes are made of it. It says that it is dear, so that PostgreSQL asks
# the index and does not work it out for each row.
FUNCTION = """
CREATE FUNCTION character_pairs(VARIADIC parts text[]) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 10000 AS $$
DECLARE
    found text[] := '{}';
    part text;
    before text;
    here text;
BEGIN
    FOREACH part IN ARRAY parts LOOP
        before := NULL;
        FOREACH here IN ARRAY string_to_array(upper(coalesce(part, '')), NULL) LOOP
            IF ascii(here) >= 11904 THEN
                found := found || here;
            END IF;
            IF before IS NOT NULL THEN
                found := found || (before || here);
            END IF;
            before := here;
        END LOOP;
    END LOOP;
    RETURN found;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_people_by_name")]

    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION character_pairs(text[])"),
        migrations.AddIndex(
            model_name="user", index=models.Index(fields=["date_joined"], name="user_by_joining")
        ),
        migrations.AddIndex(
            model_name="user",
            index=portal.common.pairs.PairsIndex("name_en", "name_zh_hant", "email", name="user_by_pairs"),
        ),
    ]
