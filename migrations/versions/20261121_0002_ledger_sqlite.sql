-- What keeps the ledger on SQLite, where one session writes at a time. The statement that inserts
-- a transfer reckons both balances; the trigger carries them and refuses a row that is wrong.

CREATE TRIGGER ledger_transfers_carry BEFORE INSERT ON ledger_transfers BEGIN
    SELECT RAISE(ABORT, 'a line does not belong to its entry')
    WHERE NEW.line > 1 AND NOT EXISTS (
        SELECT 1 FROM ledger_transfers AS head
        WHERE head.number = NEW.number AND head.line = NEW.line - 1 AND head.lines = NEW.lines
    );
    SELECT RAISE(ABORT, 'there is no such entry to reverse')
    WHERE NEW.reverses IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM ledger_transfers AS original
        WHERE original.number = NEW.reverses AND original.line = 1
        AND original.lines = NEW.lines AND original.reverses IS NULL
    );
    SELECT RAISE(ABORT, 'the date lies in a period that is not open')
    WHERE EXISTS (
        SELECT 1 FROM ledger_periods
        WHERE last_on >= NEW.effective_on AND first_on <= NEW.effective_on AND status <> 'open'
    );
    SELECT RAISE(ABORT, 'a transfer leaves its book, fund or currency, or miscounts a balance')
    WHERE NOT EXISTS (
        SELECT 1 FROM ledger_accounts AS debited, ledger_accounts AS credited
        WHERE debited.id = NEW.debit_account_id AND credited.id = NEW.credit_account_id
        AND debited.book = NEW.book AND credited.book = NEW.book
        AND debited.fund = NEW.fund AND credited.fund = NEW.fund
        AND debited.currency = NEW.currency AND credited.currency = NEW.currency
        AND NEW.debit_debit_cents = debited.debit_posted_cents + NEW.amount_cents
        AND NEW.debit_credit_cents = debited.credit_posted_cents
        AND NEW.credit_debit_cents = credited.debit_posted_cents
        AND NEW.credit_credit_cents = credited.credit_posted_cents + NEW.amount_cents
        -- As much as `Money` can tell.
        AND abs(NEW.debit_debit_cents - NEW.debit_credit_cents) <= 1000000000000000
        AND abs(NEW.credit_debit_cents - NEW.credit_credit_cents) <= 1000000000000000
    );
END;

CREATE TRIGGER ledger_transfers_carried AFTER INSERT ON ledger_transfers BEGIN
    UPDATE ledger_accounts SET
        debit_posted_cents = NEW.debit_debit_cents,
        room_cents = room_cents + CASE WHEN debit_normal THEN NEW.amount_cents ELSE -NEW.amount_cents END
    WHERE id = NEW.debit_account_id;
    UPDATE ledger_accounts SET
        credit_posted_cents = NEW.credit_credit_cents,
        room_cents = room_cents - CASE WHEN debit_normal THEN NEW.amount_cents ELSE -NEW.amount_cents END
    WHERE id = NEW.credit_account_id;
END;

CREATE TRIGGER ledger_transfers_no_update BEFORE UPDATE ON ledger_transfers
BEGIN SELECT RAISE(ABORT, 'ledger_transfers is append-only'); END;

CREATE TRIGGER ledger_transfers_no_delete BEFORE DELETE ON ledger_transfers
BEGIN SELECT RAISE(ABORT, 'ledger_transfers is append-only'); END;

CREATE TRIGGER ledger_accounts_no_delete BEFORE DELETE ON ledger_accounts
BEGIN SELECT RAISE(ABORT, 'ledger_accounts is append-only'); END;

CREATE TRIGGER ledger_accounts_no_update BEFORE UPDATE ON ledger_accounts
WHEN (OLD.id, OLD.code, OLD.book, OLD.fund, OLD.kind, OLD.currency, OLD.opened_at, OLD.debit_normal)
    IS NOT (NEW.id, NEW.code, NEW.book, NEW.fund, NEW.kind, NEW.currency, NEW.opened_at, NEW.debit_normal)
    OR OLD.floor_cents IS NOT NEW.floor_cents
    -- An account moves only by the transfer that was written down just before.
    OR (NEW.debit_posted_cents <> OLD.debit_posted_cents AND (NEW.id, NEW.debit_posted_cents) IS NOT (
        SELECT debit_account_id, debit_debit_cents FROM ledger_transfers
        ORDER BY number DESC, line DESC LIMIT 1))
    OR (NEW.credit_posted_cents <> OLD.credit_posted_cents AND (NEW.id, NEW.credit_posted_cents) IS NOT (
        SELECT credit_account_id, credit_credit_cents FROM ledger_transfers
        ORDER BY number DESC, line DESC LIMIT 1))
BEGIN SELECT RAISE(ABORT, 'ledger_accounts is append-only'); END;

CREATE TRIGGER ledger_holds_carry AFTER INSERT ON ledger_holds BEGIN
    SELECT RAISE(ABORT, 'a hold leaves its book, fund or currency')
    WHERE NOT EXISTS (
        SELECT 1 FROM ledger_accounts AS debited, ledger_accounts AS credited
        WHERE debited.id = NEW.debit_account_id AND credited.id = NEW.credit_account_id
        AND debited.book = credited.book AND debited.fund = credited.fund
        AND debited.currency = NEW.currency AND credited.currency = NEW.currency
    );
    -- Only what takes from an account is not available any more.
    UPDATE ledger_accounts SET
        debit_pending_cents = debit_pending_cents + NEW.amount_cents,
        room_cents = room_cents - CASE WHEN debit_normal THEN 0 ELSE NEW.amount_cents END
    WHERE id = NEW.debit_account_id;
    UPDATE ledger_accounts SET
        credit_pending_cents = credit_pending_cents + NEW.amount_cents,
        room_cents = room_cents - CASE WHEN debit_normal THEN NEW.amount_cents ELSE 0 END
    WHERE id = NEW.credit_account_id;
END;

CREATE TRIGGER ledger_hold_ends_carry AFTER INSERT ON ledger_hold_ends BEGIN
    UPDATE ledger_accounts SET
        debit_pending_cents = debit_pending_cents - held.amount_cents,
        room_cents = room_cents + CASE WHEN debit_normal THEN 0 ELSE held.amount_cents END
    FROM ledger_holds AS held
    WHERE held.number = NEW.hold_number AND ledger_accounts.id = held.debit_account_id;
    UPDATE ledger_accounts SET
        credit_pending_cents = credit_pending_cents - held.amount_cents,
        room_cents = room_cents + CASE WHEN debit_normal THEN held.amount_cents ELSE 0 END
    FROM ledger_holds AS held
    WHERE held.number = NEW.hold_number AND ledger_accounts.id = held.credit_account_id;
END;

CREATE TRIGGER ledger_holds_no_update BEFORE UPDATE ON ledger_holds
BEGIN SELECT RAISE(ABORT, 'ledger_holds is append-only'); END;

CREATE TRIGGER ledger_holds_no_delete BEFORE DELETE ON ledger_holds
BEGIN SELECT RAISE(ABORT, 'ledger_holds is append-only'); END;

CREATE TRIGGER ledger_hold_ends_no_update BEFORE UPDATE ON ledger_hold_ends
BEGIN SELECT RAISE(ABORT, 'ledger_hold_ends is append-only'); END;

CREATE TRIGGER ledger_hold_ends_no_delete BEFORE DELETE ON ledger_hold_ends
BEGIN SELECT RAISE(ABORT, 'ledger_hold_ends is append-only'); END;

CREATE TRIGGER ledger_periods_no_delete BEFORE DELETE ON ledger_periods
BEGIN SELECT RAISE(ABORT, 'ledger_periods is append-only'); END;

CREATE TRIGGER ledger_seals_no_update BEFORE UPDATE ON ledger_seals
BEGIN SELECT RAISE(ABORT, 'ledger_seals is append-only'); END;

CREATE TRIGGER ledger_seals_no_delete BEFORE DELETE ON ledger_seals
BEGIN SELECT RAISE(ABORT, 'ledger_seals is append-only'); END;
