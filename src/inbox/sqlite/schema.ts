/** The states of a delivery as numbers; `INBOX_STATES` has their names in this order. */
export const WAITING = 0;
export const RUNNING = 1;
/** Another delivery of its order key has to end first. It is not in the index of what is due, however many there are. */
export const BEHIND = 2;
export const DONE = 3;
export const DEAD = 4;

/** The version of the tables. A later one is refused: it may mean something else. */
export const SCHEMA_VERSION = 1;

// The version has a table of its own: `user_version` belongs to the app, whose file this may be.
// Bodies are apart, because an UPDATE writes its row anew. `alias` has the keys of a delivery beside its first.
// The trigger lets the next delivery of an order key go when the one before it ends.
export const SCHEMA = `
CREATE TABLE IF NOT EXISTS hooklatch_schema (version INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS hooklatch_delivery (
  id INTEGER PRIMARY KEY, route TEXT NOT NULL, key TEXT UNIQUE, order_key TEXT, state INTEGER NOT NULL,
  due INTEGER NOT NULL, attempts INTEGER NOT NULL, owner TEXT, received INTEGER NOT NULL, until INTEGER NOT NULL,
  provider TEXT NOT NULL, event TEXT, error TEXT, meta TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS hooklatch_body (id INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS hooklatch_alias (key TEXT PRIMARY KEY, delivery INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS hooklatch_alias_delivery ON hooklatch_alias (delivery);
CREATE INDEX IF NOT EXISTS hooklatch_due ON hooklatch_delivery (route, due) WHERE state < 2;
CREATE INDEX IF NOT EXISTS hooklatch_order ON hooklatch_delivery (route, order_key, id)
  WHERE state < 3 AND order_key IS NOT NULL;
CREATE INDEX IF NOT EXISTS hooklatch_ended ON hooklatch_delivery (due) WHERE state >= 3;
CREATE TRIGGER IF NOT EXISTS hooklatch_next AFTER UPDATE OF state ON hooklatch_delivery
  WHEN new.state >= 3 AND old.state < 3 AND new.order_key IS NOT NULL BEGIN
  UPDATE hooklatch_delivery SET state = 0 WHERE state = 2 AND id = (SELECT min(id) FROM hooklatch_delivery
    WHERE route = new.route AND order_key = new.order_key AND state < 3 AND order_key IS NOT NULL);
END;`;

/** Waiting, or behind another of its order key: for a delivery of the route and order key in the three parameters. */
export const FREE_STATE = `CASE WHEN ? IS NOT NULL AND EXISTS (SELECT 1 FROM hooklatch_delivery AS other
  WHERE other.route = ? AND other.order_key = ? AND other.state < 3 AND other.order_key IS NOT NULL)
  THEN ${BEHIND} ELSE ${WAITING} END`;
