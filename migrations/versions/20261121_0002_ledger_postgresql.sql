-- What keeps the ledger on PostgreSQL. Balances are carried by a trigger on the row that moves
-- the money, so no client can write one without the other; the floor is a CHECK on the balance.

CREATE SEQUENCE ledger_numbers;

-- Carries both balances and writes them on the row: the debited account's debits and credits
-- after the transfer, then the credited account's.
CREATE FUNCTION ledger_carry() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    head ledger_transfers;
    credited_book text;
    credited_fund text;
    credited_currency text;
    wanted_currency text := NEW.currency;
BEGIN
    IF NEW.line > 1 THEN
        -- A line follows the line before it within its own transaction. Another session does not
        -- see the first line before it is committed, and then the entry has all of its lines.
        SELECT * INTO head FROM ledger_transfers WHERE number = NEW.number AND line = NEW.line - 1;
        IF NOT FOUND OR head.lines <> NEW.lines THEN
            RAISE EXCEPTION 'line % does not belong to entry %', NEW.line, NEW.number
                USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_line_order';
        END IF;
        NEW.kind := head.kind;
        NEW.about := head.about;
        NEW.effective_on := head.effective_on;
        NEW.booked_at := head.booked_at;
    ELSIF NEW.reverses IS NOT NULL THEN
        PERFORM 1 FROM ledger_transfers
        WHERE number = NEW.reverses AND line = 1 AND lines = NEW.lines AND reverses IS NULL;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'there is no entry % to reverse', NEW.reverses
                USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_reverses';
        END IF;
    END IF;
    -- Who closes a period waits for every posting that is under way, and none begins meanwhile.
    PERFORM 1 FROM ledger_periods
    WHERE last_on >= NEW.effective_on AND first_on <= NEW.effective_on AND status <> 'open';
    IF FOUND THEN
        RAISE EXCEPTION '% lies in a period that is not open', NEW.effective_on
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_period';
    END IF;
    -- In account order everywhere, so that no two sessions wait for each other.
    IF NEW.debit_account_id < NEW.credit_account_id THEN
        UPDATE ledger_accounts SET debit_posted_cents = debit_posted_cents + NEW.amount_cents
        WHERE id = NEW.debit_account_id
        RETURNING book, fund, currency, debit_posted_cents, credit_posted_cents
        INTO NEW.book, NEW.fund, NEW.currency, NEW.debit_debit_cents, NEW.debit_credit_cents;
        UPDATE ledger_accounts SET credit_posted_cents = credit_posted_cents + NEW.amount_cents
        WHERE id = NEW.credit_account_id
        RETURNING book, fund, currency, debit_posted_cents, credit_posted_cents
        INTO credited_book, credited_fund, credited_currency,
            NEW.credit_debit_cents, NEW.credit_credit_cents;
    ELSE
        UPDATE ledger_accounts SET credit_posted_cents = credit_posted_cents + NEW.amount_cents
        WHERE id = NEW.credit_account_id
        RETURNING book, fund, currency, debit_posted_cents, credit_posted_cents
        INTO credited_book, credited_fund, credited_currency,
            NEW.credit_debit_cents, NEW.credit_credit_cents;
        UPDATE ledger_accounts SET debit_posted_cents = debit_posted_cents + NEW.amount_cents
        WHERE id = NEW.debit_account_id
        RETURNING book, fund, currency, debit_posted_cents, credit_posted_cents
        INTO NEW.book, NEW.fund, NEW.currency, NEW.debit_debit_cents, NEW.debit_credit_cents;
    END IF;
    IF NEW.book <> credited_book OR NEW.fund <> credited_fund
        OR NEW.currency <> credited_currency OR NEW.currency <> wanted_currency
    THEN
        RAISE EXCEPTION 'a transfer leaves its book, fund or currency'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_crossing';
    END IF;
    -- Drawn while both accounts are held, so that the numbers of an account's transfers are in the
    -- order of its balances; and by a transaction that has an id, which the sealer relies on.
    IF NEW.number IS NULL THEN
        NEW.number := nextval('ledger_numbers');
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER ledger_transfers_carry BEFORE INSERT ON ledger_transfers
FOR EACH ROW EXECUTE FUNCTION ledger_carry();

-- An entry of several lines is complete when its transaction ends.
CREATE FUNCTION ledger_ensure_complete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM ledger_transfers WHERE number = NEW.number AND line = NEW.lines;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'entry % lacks lines', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_complete';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER ledger_transfers_complete AFTER INSERT ON ledger_transfers
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.line = 1 AND NEW.lines > 1)
EXECUTE FUNCTION ledger_ensure_complete();

CREATE TRIGGER ledger_transfers_are_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_transfers
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_accounts_are_kept BEFORE DELETE OR TRUNCATE ON ledger_accounts
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- Only the trigger above changes an account; what comes straight from a client has depth 0. It may
-- close an account and open it again, no more: closed_at is not among these columns.
CREATE TRIGGER ledger_accounts_do_not_change BEFORE UPDATE OF
    id, code, book, fund, kind, currency, opened_at, debit_normal, floor_cents,
    debit_posted_cents, credit_posted_cents, debit_pending_cents, credit_pending_cents
ON ledger_accounts
FOR EACH STATEMENT WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION refuse_change();

-- Posts one entry and gives its number; NULL when a rule refuses it. The caller then looks, with
-- the rows held, which rule that was; whatever was begun here has been undone.
CREATE FUNCTION ledger_post(
    _key text, _request_hash bytea, _kind text, _about text, _effective_on date,
    _booked_at timestamptz, _reverses bigint,
    _debits text[], _credits text[], _amounts bigint[], _currencies text[]
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    entry bigint;
    last_line int := cardinality(_amounts);
    debited bigint;
    credited bigint;
BEGIN
    IF last_line > 1 THEN
        PERFORM 1 FROM ledger_accounts WHERE code = ANY (_debits || _credits)
        ORDER BY id FOR NO KEY UPDATE;
    END IF;
    FOR position IN 1..last_line LOOP
        debited := (SELECT id FROM ledger_accounts WHERE code = _debits[position]);
        credited := (SELECT id FROM ledger_accounts WHERE code = _credits[position]);
        INSERT INTO ledger_transfers (
            number, line, lines, debit_account_id, credit_account_id, amount_cents, currency,
            kind, about, effective_on, booked_at, key, request_hash, reverses
        ) VALUES (
            entry, position, last_line, debited, credited, _amounts[position], _currencies[position],
            _kind, _about, _effective_on, _booked_at,
            CASE position WHEN 1 THEN _key END,
            CASE position WHEN 1 THEN _request_hash END,
            CASE position WHEN 1 THEN _reverses END
        ) RETURNING number INTO entry;
    END LOOP;
    RETURN entry;
EXCEPTION WHEN check_violation OR not_null_violation OR unique_violation THEN
    RETURN NULL;
END $$;

-- Sets an amount aside on both accounts, or frees it when it is negative.
CREATE FUNCTION ledger_pend(_debited bigint, _credited bigint, _cents bigint) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM ledger_accounts WHERE id IN (_debited, _credited)
    ORDER BY id FOR NO KEY UPDATE;
    UPDATE ledger_accounts SET
        debit_pending_cents = debit_pending_cents + CASE id WHEN _debited THEN _cents ELSE 0 END,
        credit_pending_cents = credit_pending_cents + CASE id WHEN _credited THEN _cents ELSE 0 END
    WHERE id IN (_debited, _credited);
END $$;

CREATE FUNCTION ledger_hold_carry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM ledger_pend(NEW.debit_account_id, NEW.credit_account_id, NEW.amount_cents);
    PERFORM 1 FROM ledger_accounts AS debited, ledger_accounts AS credited
    WHERE debited.id = NEW.debit_account_id AND credited.id = NEW.credit_account_id
    AND debited.book = credited.book AND debited.fund = credited.fund
    AND debited.currency = NEW.currency AND credited.currency = NEW.currency;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'a hold leaves its book, fund or currency'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_crossing';
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
    SELECT count(*), sha256(_previous || coalesce(string_agg(leaf, ''::bytea ORDER BY number, line), ''))
    FROM (
        SELECT t.number, t.line, sha256(convert_to(concat_ws(',',
            t.number, t.line, t.lines, debited.code, credited.code, t.amount_cents,
            t.debit_debit_cents, t.debit_credit_cents, t.credit_debit_cents, t.credit_credit_cents,
            t.effective_on, to_char(t.booked_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'),
            t.currency, t.book, t.fund, to_json(t.kind), to_json(t.about),
            coalesce(to_json(t.key)::text, ''), coalesce(encode(t.request_hash, 'hex'), ''),
            coalesce(t.reverses::text, '')
        ), 'UTF8')) AS leaf
        FROM ledger_transfers AS t
        JOIN ledger_accounts AS debited ON debited.id = t.debit_account_id
        JOIN ledger_accounts AS credited ON credited.id = t.credit_account_id
        WHERE t.number BETWEEN _first AND _last
    ) AS leaves
$$;
