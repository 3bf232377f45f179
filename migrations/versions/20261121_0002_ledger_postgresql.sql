-- What keeps the ledger on PostgreSQL. Its rows are written by the triggers of this file and by
-- nobody else: a client puts an entry into the view `ledger_postings`, or many into the view
-- `ledger_batches`, and what comes straight to the tables has trigger depth 0 and is refused.

CREATE SEQUENCE ledger_numbers;

-- Accounts. What an account holds changes by trigger only; a client may close it and open it again.

-- The last day that any closed period has: on a day up to it the periods have to be looked at.
CREATE FUNCTION ledger_last_closed() RETURNS date LANGUAGE sql STABLE
AS $$ SELECT coalesce(max(last_on), '0001-01-01') FROM ledger_periods WHERE status <> 'open' $$;

CREATE FUNCTION ledger_begin_empty() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.open_after := ledger_last_closed();
    NEW.debit_posted_cents := 0;
    NEW.credit_posted_cents := 0;
    NEW.debit_pending_cents := 0;
    NEW.credit_pending_cents := 0;
    NEW.room_cents := -NEW.floor_cents;
    RETURN NEW;
END $$;

CREATE TRIGGER ledger_accounts_begin_empty BEFORE INSERT ON ledger_accounts
FOR EACH ROW EXECUTE FUNCTION ledger_begin_empty();
CREATE TRIGGER ledger_accounts_are_kept BEFORE DELETE OR TRUNCATE ON ledger_accounts
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_accounts_do_not_change BEFORE UPDATE OF
    id, code, book, fund, kind, currency, opened_at, debit_normal, floor_cents, room_cents, spread,
    open_after, debit_posted_cents, credit_posted_cents, debit_pending_cents, credit_pending_cents
ON ledger_accounts
FOR EACH STATEMENT WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION refuse_change();

-- Slices: a hot account's room to fall, cut up so that its postings do not wait for one row.

CREATE FUNCTION ledger_slice_begin() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE ledger_accounts SET spread = true WHERE id = NEW.account_id;
    IF NOT FOUND THEN
        PERFORM ledger_refuse('there is no such account to spread');
    END IF;
    NEW.room_cents := (
        SELECT CASE WHEN floor_cents IS NOT NULL THEN 0 END
        FROM ledger_accounts WHERE id = NEW.account_id
    );
    NEW.debit_posted_cents := 0;
    NEW.credit_posted_cents := 0;
    RETURN NEW;
END $$;

CREATE TRIGGER ledger_slices_begin BEFORE INSERT ON ledger_slices
FOR EACH ROW EXECUTE FUNCTION ledger_slice_begin();
CREATE TRIGGER ledger_slices_are_kept BEFORE DELETE OR TRUNCATE ON ledger_slices
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_slices_do_not_change BEFORE UPDATE ON ledger_slices
FOR EACH STATEMENT WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION refuse_change();

-- The slice that this connection posts on: 1 to 16.
CREATE FUNCTION ledger_slice() RETURNS smallint LANGUAGE sql STABLE
AS 'SELECT (1 + pg_backend_pid() % 16)::smallint';

-- Holds the accounts of some codes in the one order that everybody keeps to: accounts by their codes,
-- then slices. A posting on a slice leaves the other slices alone; NULL holds them all.
CREATE FUNCTION ledger_lock(_codes text[], _slice smallint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM ledger_accounts
    WHERE code = ANY (_codes) AND (NOT spread OR coalesce(_slice, 0) = 0)
    ORDER BY code FOR NO KEY UPDATE;
    PERFORM 1 FROM ledger_slices
    WHERE account_id IN (SELECT id FROM ledger_accounts WHERE code = ANY (_codes) AND spread)
    AND slice = coalesce(_slice, slice)
    ORDER BY account_id, slice FOR NO KEY UPDATE;
END $$;

-- Brings the room of spread accounts together in the slice that wants it, and shares out the rest,
-- so that nobody is refused while there is money in any slice. Slice 0 is the account's own row.
-- False when none of the accounts is spread.
CREATE FUNCTION ledger_gather(_codes text[], _wanted numeric, _slice smallint) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
    account record;
    share bigint;
BEGIN
    PERFORM 1 FROM ledger_accounts WHERE code = ANY (_codes) AND spread;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    PERFORM ledger_lock(_codes, NULL);
    FOR account IN
        SELECT a.id, a.room_cents + sum(s.room_cents) AS room, count(*) AS slices
        FROM ledger_accounts AS a JOIN ledger_slices AS s ON s.account_id = a.id
        WHERE a.code = ANY (_codes) AND a.floor_cents IS NOT NULL AND a.closed_at IS NULL GROUP BY a.id
    LOOP
        share := div(greatest(account.room - _wanted, 0), account.slices + 1);
        UPDATE ledger_slices SET room_cents =
            CASE slice WHEN _slice THEN account.room - share * account.slices ELSE share END
        WHERE account_id = account.id;
        UPDATE ledger_accounts SET room_cents =
            CASE _slice WHEN 0 THEN account.room - share * account.slices ELSE share END
        WHERE id = account.id;
    END LOOP;
    RETURN true;
END $$;

-- What an account may hold, either way: as much as `Money` can tell. Of one that is spread each part may
-- hold its share, so that the whole can be told whatever the others hold.
CREATE FUNCTION ledger_most(_spread boolean) RETURNS bigint LANGUAGE sql IMMUTABLE
AS 'SELECT CASE WHEN _spread THEN 1000000000000000 / 17 ELSE 1000000000000000 END';

-- In a transaction that sees an older state, a period that was closed meanwhile still looks open;
-- wanting its row makes such a transaction fail, and its caller repeat it.
CREATE FUNCTION ledger_watch_periods(_days date[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        PERFORM 1 FROM ledger_periods
        WHERE EXISTS (SELECT FROM unnest(_days) AS day WHERE day BETWEEN first_on AND last_on)
        ORDER BY last_on FOR SHARE;
    END IF;
END $$;

-- Raises what `ledger_post` turns into a refusal.
CREATE FUNCTION ledger_refuse(_reason text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', _reason USING ERRCODE = 'check_violation';
END $$;

-- Who closes a period holds the accounts' table alone: every posting under way is waited for, and none
-- begins meanwhile. So a statement that comes after one that touched the accounts sees every closing.
CREATE FUNCTION ledger_want_open(_days date[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM ledger_periods
    WHERE status <> 'open'
    AND EXISTS (SELECT FROM unnest(_days) AS day WHERE day BETWEEN first_on AND last_on);
    IF FOUND THEN
        PERFORM ledger_refuse('a date lies in a period that is not open');
    END IF;
END $$;

CREATE FUNCTION ledger_tell_accounts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    LOCK TABLE ledger_accounts IN EXCLUSIVE MODE;
    UPDATE ledger_accounts SET open_after = ledger_last_closed()
    WHERE open_after <> ledger_last_closed();
    RETURN NULL;
END $$;

CREATE TRIGGER ledger_periods_tell_accounts AFTER INSERT OR UPDATE ON ledger_periods
FOR EACH STATEMENT EXECUTE FUNCTION ledger_tell_accounts();

-- Where an entry is put in: its one line, or arrays with an element for each of its lines. The number that comes back is NULL when a rule refused it: whatever was
-- begun has been undone, and the caller looks, with the accounts held, which rule that was.
CREATE VIEW ledger_postings AS
SELECT number, key, request_hash, kind, about, effective_on, booked_at, reverses,
    NULL::text AS debit, NULL::text AS credit, NULL::bigint AS amount, NULL::text AS currency,
    NULL::text[] AS debits, NULL::text[] AS credits,
    NULL::bigint[] AS amounts, NULL::text[] AS currencies
FROM ledger_transfers WHERE false;

-- Everything in one piece, since each call of a function would cost as much as what it does.
CREATE FUNCTION ledger_post() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    last_line int := coalesce(cardinality(NEW.amounts), 1);
    debited record;
    credited record;
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        PERFORM ledger_watch_periods(ARRAY[NEW.effective_on]);
    END IF;
    FOR attempt IN 1..2 LOOP
        BEGIN
            IF NEW.reverses IS NOT NULL THEN
                PERFORM 1 FROM ledger_transfers
                WHERE number = NEW.reverses AND line = 1 AND lines = last_line AND reverses IS NULL;
                IF NOT FOUND THEN
                    PERFORM ledger_refuse('there is no such entry to reverse');
                END IF;
            END IF;
            IF last_line > 1 THEN
                PERFORM ledger_lock(NEW.debits || NEW.credits, ledger_slice());
            END IF;
            FOR position IN 1..last_line LOOP
                IF NEW.amounts IS NOT NULL THEN
                    NEW.debit := NEW.debits[position];
                    NEW.credit := NEW.credits[position];
                    NEW.amount := NEW.amounts[position];
                    NEW.currency := NEW.currencies[position];
                END IF;
                -- Whose code comes first is moved first, so that no two postings wait for each other.
                IF NEW.credit < NEW.debit COLLATE "C" THEN
                    UPDATE ledger_accounts SET
                        credit_posted_cents = credit_posted_cents + NEW.amount,
                        room_cents = room_cents - CASE WHEN debit_normal THEN NEW.amount ELSE -NEW.amount END
                    WHERE code = NEW.credit AND closed_at IS NULL AND NOT spread
                    RETURNING id, 0::smallint AS slice, book, fund, currency, open_after,
                        debit_posted_cents AS debits, credit_posted_cents AS credits INTO credited;
                END IF;
                UPDATE ledger_accounts SET
                    debit_posted_cents = debit_posted_cents + NEW.amount,
                    room_cents = room_cents + CASE WHEN debit_normal THEN NEW.amount ELSE -NEW.amount END
                WHERE code = NEW.debit AND closed_at IS NULL AND NOT spread
                RETURNING id, 0::smallint AS slice, book, fund, currency, open_after,
                    debit_posted_cents AS debits, credit_posted_cents AS credits INTO debited;
                IF (NEW.credit < NEW.debit COLLATE "C") IS NOT TRUE THEN
                    UPDATE ledger_accounts SET
                        credit_posted_cents = credit_posted_cents + NEW.amount,
                        room_cents = room_cents - CASE WHEN debit_normal THEN NEW.amount ELSE -NEW.amount END
                    WHERE code = NEW.credit AND closed_at IS NULL AND NOT spread
                    RETURNING id, 0::smallint AS slice, book, fund, currency, open_after,
                        debit_posted_cents AS debits, credit_posted_cents AS credits INTO credited;
                END IF;
                IF debited.id IS NULL AND credited.id IS NULL THEN
                    PERFORM ledger_lock(ARRAY[NEW.debit, NEW.credit], ledger_slice());
                END IF;
                IF debited.id IS NULL THEN
                    UPDATE ledger_slices AS s SET
                        debit_posted_cents = s.debit_posted_cents + NEW.amount,
                        room_cents = s.room_cents + CASE WHEN debit_normal THEN NEW.amount ELSE -NEW.amount END
                    FROM ledger_accounts AS a
                    WHERE a.code = NEW.debit AND a.closed_at IS NULL
                    AND s.account_id = a.id AND s.slice = ledger_slice()
                    RETURNING a.id, s.slice, book, fund, currency, open_after,
                        s.debit_posted_cents AS debits, s.credit_posted_cents AS credits INTO debited;
                END IF;
                IF credited.id IS NULL THEN
                    UPDATE ledger_slices AS s SET
                        credit_posted_cents = s.credit_posted_cents + NEW.amount,
                        room_cents = s.room_cents - CASE WHEN debit_normal THEN NEW.amount ELSE -NEW.amount END
                    FROM ledger_accounts AS a
                    WHERE a.code = NEW.credit AND a.closed_at IS NULL
                    AND s.account_id = a.id AND s.slice = ledger_slice()
                    RETURNING a.id, s.slice, book, fund, currency, open_after,
                        s.debit_posted_cents AS debits, s.credit_posted_cents AS credits INTO credited;
                END IF;
                IF (debited.id <> credited.id AND debited.book = credited.book
                    AND debited.fund = credited.fund AND debited.currency = credited.currency
                    AND debited.currency = NEW.currency
                    AND abs(debited.debits - debited.credits) <= ledger_most(debited.slice > 0)
                    AND abs(credited.debits - credited.credits) <= ledger_most(credited.slice > 0)
                ) IS NOT TRUE THEN
                    PERFORM ledger_refuse('it leaves its book, fund or currency, or is too much');
                END IF;
                IF position = 1 THEN
                    IF (NEW.key <> '' AND NEW.request_hash <> '') IS NOT TRUE THEN
                        PERFORM ledger_refuse('it has no key or no hash');
                    ELSIF (NEW.effective_on > debited.open_after) IS NOT TRUE THEN
                        PERFORM ledger_want_open(ARRAY[NEW.effective_on]);
                    END IF;
                    -- The number is drawn while both accounts are held, so that the numbers of an
                    -- account's transfers are in the order of its balances; and by a transaction that
                    -- has an id, which the sealer relies on.
                    NEW.number := nextval('ledger_numbers');
                END IF;
                INSERT INTO ledger_transfers (
                    number, line, lines, debit_account_id, credit_account_id, amount_cents,
                    debit_slice, credit_slice,
                    debit_debit_cents, debit_credit_cents, credit_debit_cents, credit_credit_cents,
                    effective_on, booked_at, currency, book, fund, kind, about,
                    key, request_hash, reverses
                ) VALUES (
                    NEW.number, position, last_line, debited.id, credited.id, NEW.amount,
                    debited.slice, credited.slice,
                    debited.debits, debited.credits, credited.debits, credited.credits,
                    NEW.effective_on, NEW.booked_at, debited.currency, debited.book, debited.fund,
                    NEW.kind, NEW.about,
                    CASE position WHEN 1 THEN NEW.key END, CASE position WHEN 1 THEN NEW.request_hash END,
                    CASE position WHEN 1 THEN NEW.reverses END
                );
            END LOOP;
            RETURN NEW;
        EXCEPTION WHEN check_violation OR not_null_violation OR unique_violation THEN
            NEW.number := NULL;
        END;
        -- A slice that is too small may only need what lies in the other slices.
        IF attempt = 2 OR NOT ledger_gather(
            coalesce(NEW.debits || NEW.credits, ARRAY[NEW.debit, NEW.credit]),
            coalesce((SELECT sum(each) FROM unnest(NEW.amounts) AS each), NEW.amount), ledger_slice()
        ) THEN
            RETURN NEW;
        END IF;
    END LOOP;
END $$;

CREATE TRIGGER ledger_postings_post INSTEAD OF INSERT ON ledger_postings
FOR EACH ROW EXECUTE FUNCTION ledger_post();
CREATE TRIGGER ledger_transfers_come_from_postings BEFORE INSERT ON ledger_transfers
FOR EACH STATEMENT WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_transfers_are_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_transfers
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Where many entries are put in at once, in order. What an entry is: one element for each entry, and
-- one hash after the other in `request_hashes`; `lines` says how many lines it has. What a line is: one
-- element for each line, whose accounts are named by their place in `codes`, with the currency that is
-- wanted of them. What comes back in `numbers` is NULL when a rule refused one of them, and then none
-- is written. Numbers are given when a ledger is restored, rising ones after everything posted and
-- sealed; of instants one will do for all entries.
CREATE VIEW ledger_batches AS
SELECT NULL::bigint[] AS numbers, NULL::text[] AS keys, NULL::bytea AS request_hashes,
    NULL::text[] AS kinds, NULL::text[] AS abouts, NULL::date[] AS effective_on,
    NULL::timestamptz[] AS booked_at, NULL::bigint[] AS reverses, NULL::int[] AS lines,
    NULL::text[] AS codes, NULL::text[] AS currencies,
    NULL::int[] AS debits, NULL::int[] AS credits, NULL::bigint[] AS amounts;

-- Every rule of `ledger_post`, line by line over arrays and not over rows: what each account holds is
-- read once and written once. Spread accounts are moved in their own row.
CREATE FUNCTION ledger_post_batch() RETURNS trigger LANGUAGE plpgsql
SET plan_cache_mode = auto SET work_mem = '64MB' SET jit = off AS $$
DECLARE
    last_line int := cardinality(NEW.amounts);
    last_entry int := cardinality(NEW.keys);
    drawn bigint[] := NEW.numbers;
    line_counts int[] := NEW.lines;
    debit_at int[] := NEW.debits;
    credit_at int[] := NEW.credits;
    amounts bigint[] := NEW.amounts;
    keys text[] := NEW.keys;
    kinds text[] := NEW.kinds;
    abouts text[] := NEW.abouts;
    days date[] := NEW.effective_on;
    instants timestamptz[] := NEW.booked_at;
    is_one_instant boolean := cardinality(NEW.booked_at) = 1;
    originals bigint[] := NEW.reverses;
    -- The accounts, one element for each code; alike are those between which money may move.
    ids bigint[];
    alike int[];
    slices int[];
    currencies text[];
    books text[];
    funds text[];
    most bigint[];
    upwards bigint[];
    rooms bigint[];
    debits bigint[];
    credits bigint[];
    -- The lines: which entry's, the how manieth, and what both accounts held after it.
    heads int[] := array_fill(0, ARRAY[last_line]);
    places int[] := array_fill(1, ARRAY[last_line]);
    debit_debits bigint[] := array_fill(0::bigint, ARRAY[last_line]);
    debit_credits bigint[] := debit_debits;
    credit_debits bigint[] := debit_debits;
    credit_credits bigint[] := debit_debits;
    mode text := CASE WHEN last_line < 250 THEN 'force_generic_plan' ELSE 'force_custom_plan' END;
    position int := 0;
    d int;
    c int;
    cents bigint;
BEGIN
    NEW.numbers := NULL;
    -- How many lines there are decides how to join them. Few are joined in any way faster than it is
    -- thought about; many are planned anew each time. This lasts as long as the function.
    PERFORM set_config('plan_cache_mode', mode, true);
    PERFORM ledger_watch_periods(NEW.effective_on);
    -- They stay held when the batch is refused, so that its entries can be tried one by one.
    IF NOT ledger_gather(NEW.codes, (SELECT sum(each) FROM unnest(amounts) AS each), 0::smallint) THEN
        PERFORM ledger_lock(NEW.codes, 0::smallint);
    END IF;
    IF drawn IS NULL THEN
        drawn := ARRAY(SELECT nextval('ledger_numbers') FROM generate_series(1, last_entry));
    ELSIF drawn[1] <= (SELECT coalesce(max(number), 0) FROM ledger_transfers)
        OR drawn[1] <= (SELECT coalesce(max(ledger_seals.last_entry), 0) FROM ledger_seals)
        OR drawn <> ARRAY(SELECT DISTINCT unnest(drawn) AS each ORDER BY each)
    THEN
        RETURN NEW;
    ELSE
        PERFORM setval('ledger_numbers', greatest(last_value, drawn[cardinality(drawn)]))
        FROM ledger_numbers;
    END IF;
    SELECT array_agg(id ORDER BY place), array_agg(kin ORDER BY place),
        array_agg(CASE WHEN debit_normal THEN 1 ELSE -1 END ORDER BY place),
        array_agg(CASE WHEN spread THEN -1 ELSE 0 END ORDER BY place),
        array_agg(ledger_most(spread) ORDER BY place), array_agg(room_cents ORDER BY place),
        array_agg(debit_posted_cents ORDER BY place), array_agg(credit_posted_cents ORDER BY place),
        array_agg(currency ORDER BY place), array_agg(book ORDER BY place), array_agg(fund ORDER BY place)
    INTO ids, alike, upwards, slices, most, rooms, debits, credits, currencies, books, funds
    FROM (
        SELECT g.place, a.id, a.debit_normal, a.spread, a.room_cents, a.debit_posted_cents,
            a.credit_posted_cents, a.currency, a.book, a.fund,
            dense_rank() OVER (ORDER BY a.book, a.fund, a.currency) AS kin
        FROM unnest(NEW.codes, NEW.currencies) WITH ORDINALITY AS g (code, currency, place)
        LEFT JOIN ledger_accounts AS a
            ON a.code = g.code AND a.currency = g.currency AND a.closed_at IS NULL
    ) AS given;
    BEGIN
        IF array_position(ids, NULL) > 0 OR array_position(NEW.keys, NULL) > 0
            OR array_position(line_counts, NULL) > 0 OR 0 = ANY (line_counts)
            OR cardinality(ids) > (SELECT count(DISTINCT each) FROM unnest(ids) AS each)
            OR octet_length(NEW.request_hashes) <> 32 * last_entry
        THEN
            PERFORM ledger_refuse('an account is unknown, closed or of another currency');
        END IF;
        FOR entry IN 1..last_entry LOOP
            FOR line IN 1..line_counts[entry] LOOP
                position := position + 1;
                heads[position] := entry;
                IF line > 1 THEN
                    places[position] := line;
                END IF;
                d := debit_at[position];
                c := credit_at[position];
                cents := amounts[position];
                debits[d] := debits[d] + cents;
                rooms[d] := rooms[d] + upwards[d] * cents;
                credits[c] := credits[c] + cents;
                rooms[c] := rooms[c] - upwards[c] * cents;
                debit_debits[position] := debits[d];
                debit_credits[position] := credits[d];
                credit_debits[position] := debits[c];
                credit_credits[position] := credits[c];
                IF (d <> c AND alike[d] = alike[c]) IS NOT TRUE OR rooms[d] < 0 OR rooms[c] < 0
                    OR abs(debits[d] - credits[d]) > most[d] OR abs(debits[c] - credits[c]) > most[c]
                THEN
                    PERFORM ledger_refuse('a transfer leaves its book or fund, or overspends');
                END IF;
            END LOOP;
        END LOOP;
        IF position <> last_line THEN
            PERFORM ledger_refuse('lines and entries do not fit');
        END IF;
        -- An array is looked into fastest where it is a parameter, which it is in a generic plan only.
        PERFORM set_config('plan_cache_mode', 'force_generic_plan', true);
        INSERT INTO ledger_transfers (
            number, line, lines, debit_account_id, credit_account_id, amount_cents,
            debit_slice, credit_slice,
            debit_debit_cents, debit_credit_cents, credit_debit_cents, credit_credit_cents,
            effective_on, booked_at, currency, book, fund, kind, about, key, request_hash, reverses
        )
        SELECT
            drawn[l.entry], l.place, line_counts[l.entry], ids[l.debit], ids[l.credit], l.cents,
            slices[l.debit], slices[l.credit],
            l.debit_debit, l.debit_credit, l.credit_debit, l.credit_credit,
            days[l.entry], instants[CASE WHEN is_one_instant THEN 1 ELSE l.entry END],
            currencies[l.debit], books[l.debit], funds[l.debit], kinds[l.entry], abouts[l.entry],
            CASE l.place WHEN 1 THEN keys[l.entry] END,
            CASE l.place WHEN 1 THEN substr(NEW.request_hashes, 32 * l.entry - 31, 32) END,
            CASE l.place WHEN 1 THEN originals[l.entry] END
        FROM unnest(
            heads, places, debit_at, credit_at, amounts,
            debit_debits, debit_credits, credit_debits, credit_credits
        ) AS l (
            entry, place, debit, credit, cents, debit_debit, debit_credit, credit_debit, credit_credit
        );
        PERFORM set_config('plan_cache_mode', mode, true);
        UPDATE ledger_accounts AS a
        SET debit_posted_cents = g.debit, credit_posted_cents = g.credit, room_cents = g.room
        FROM unnest(ids, debits, credits, rooms) AS g (id, debit, credit, room) WHERE a.id = g.id;
        PERFORM 1 FROM unnest(drawn, NEW.reverses) AS given (number, reverses)
        JOIN ledger_transfers AS back ON back.number = given.number AND back.line = 1
        LEFT JOIN ledger_transfers AS original
            ON original.number = given.reverses AND original.number < given.number
            AND original.line = 1 AND original.lines = back.lines AND original.reverses IS NULL
        WHERE given.reverses IS NOT NULL AND original.number IS NULL;
        IF FOUND THEN
            PERFORM ledger_refuse('there is no such entry to reverse');
        END IF;
        PERFORM ledger_want_open(NEW.effective_on);
        NEW.numbers := drawn;
    EXCEPTION WHEN check_violation OR not_null_violation OR unique_violation
        OR null_value_not_allowed
    THEN
        NEW.numbers := NULL;
    END;
    RETURN NEW;
END $$;

CREATE TRIGGER ledger_batches_post INSTEAD OF INSERT ON ledger_batches
FOR EACH ROW EXECUTE FUNCTION ledger_post_batch();

-- Holds. They stand on the account's own row, where its slices' room is brought when it is spread.

CREATE FUNCTION ledger_pend(_debited bigint, _credited bigint, _cents bigint) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    codes text[] := ARRAY(SELECT code FROM ledger_accounts WHERE id IN (_debited, _credited));
BEGIN
    IF NOT ledger_gather(codes, greatest(_cents, 0), 0::smallint) THEN
        PERFORM ledger_lock(codes, 0::smallint);
    END IF;
    UPDATE ledger_accounts SET
        debit_pending_cents = debit_pending_cents + CASE id WHEN _debited THEN _cents ELSE 0 END,
        credit_pending_cents = credit_pending_cents + CASE id WHEN _credited THEN _cents ELSE 0 END,
        -- Only what takes from an account is not available any more.
        room_cents = room_cents - CASE WHEN debit_normal = (id = _credited) THEN _cents ELSE 0 END
    WHERE id IN (_debited, _credited);
END $$;

CREATE FUNCTION ledger_hold_carry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM ledger_pend(NEW.debit_account_id, NEW.credit_account_id, NEW.amount_cents);
    PERFORM 1 FROM ledger_accounts AS debited, ledger_accounts AS credited
    WHERE debited.id = NEW.debit_account_id AND credited.id = NEW.credit_account_id
    AND debited.book = credited.book AND debited.fund = credited.fund
    AND debited.currency = NEW.currency AND credited.currency = NEW.currency
    AND debited.closed_at IS NULL AND credited.closed_at IS NULL;
    IF NOT FOUND THEN
        PERFORM ledger_refuse('a hold leaves its book, fund or currency, or its account is closed');
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER ledger_holds_carry BEFORE INSERT ON ledger_holds
FOR EACH ROW EXECUTE FUNCTION ledger_hold_carry();

CREATE FUNCTION ledger_hold_end_carry() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    held ledger_holds;
BEGIN
    SELECT * INTO held FROM ledger_holds WHERE number = NEW.hold_number;
    PERFORM ledger_pend(held.debit_account_id, held.credit_account_id, -held.amount_cents);
    RETURN NULL;
END $$;

CREATE TRIGGER ledger_hold_ends_carry AFTER INSERT ON ledger_hold_ends
FOR EACH ROW EXECUTE FUNCTION ledger_hold_end_carry();

-- Closing an account: it holds nothing, in no slice and on no hold. Whoever is posting on a slice is
-- waited for, and whoever comes later finds none, since those of a closed account count backwards.

CREATE FUNCTION ledger_close() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE ledger_slices AS s SET slice = -slice FROM ledger_accounts AS a
    WHERE a.id = s.account_id AND (a.closed_at IS NULL) <> (s.slice > 0);
    PERFORM 1 FROM ledger_accounts AS a
    WHERE closed_at IS NOT NULL AND (
        debit_pending_cents <> 0 OR credit_pending_cents <> 0
        OR debit_posted_cents - credit_posted_cents + coalesce((
            SELECT sum(s.debit_posted_cents - s.credit_posted_cents)
            FROM ledger_slices AS s WHERE s.account_id = a.id
        ), 0) <> 0
    );
    IF FOUND THEN
        PERFORM ledger_refuse('an account that is closed holds something');
    END IF;
    RETURN NULL;
END $$;

-- Once for each statement: a trigger before each row would lock the row of each posting once more.
CREATE TRIGGER ledger_accounts_close AFTER UPDATE OF closed_at ON ledger_accounts
FOR EACH STATEMENT EXECUTE FUNCTION ledger_close();

CREATE TRIGGER ledger_holds_are_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_holds
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_hold_ends_are_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_hold_ends
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_periods_are_kept BEFORE DELETE OR TRUNCATE ON ledger_periods
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_seals_are_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_seals
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The root of a block; grantengine/ledger/leaves.py says the same in Python.
CREATE FUNCTION ledger_root(_previous bytea, _first bigint, _last bigint, OUT rows bigint, OUT root bytea)
LANGUAGE sql STABLE AS $$
    SELECT coalesce(sum(lines), 0), sha256(_previous || coalesce(string_agg(leaf, ''::bytea ORDER BY number), ''))
    FROM (
        SELECT number, lines, sha256(convert_to(concat_ws(',',
            number, to_char(booked_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'),
            to_json(key), encode(request_hash, 'hex')
        ), 'UTF8')) AS leaf
        FROM ledger_transfers
        WHERE line = 1 AND number BETWEEN _first AND _last
    ) AS leaves
$$;
