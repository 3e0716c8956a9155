import { keyWords } from '../core/key-words';

/** Keys that are remembered for a time. */
export interface ExpiringKeys {
  /** Whether the record is there; forgets it where its time is over. */
  has(key: string, time: number): boolean;
  /** Adds a record that is not there, behind all others: the oldest are those that were added first. */
  add(key: string, until: number): void;
  size(): number;
  /** Looks at the next few records and forgets those whose time is over. */
  sweep(time: number): void;
  sweepAll(time: number): void;
  /** Forgets the oldest records, and says how many. */
  evict(count: number): number;
}

// A record: three words of its key, and the second in which it ends.
const RECORD_WORDS = 4;
const SECOND = 3;
// In place of the second, where the record was forgotten.
const GONE = -(2 ** 31);
const LAST_SECOND = 2 ** 31 - 1;

const FEWEST_ROOMS = 8;
// A rebuilt table has at least this part of its rooms free, so that the next rebuilding is far away.
const FREE_PART = 1 / 4;
const SWEPT_RECORDS = 2;
// Of forgotten records a sweep passes no more than this.
const SWEPT_ROOMS = 64;

/** Makes an empty set of such keys. */
export function makeExpiringKeys(): ExpiringKeys {
  return new KeyTable();
}

/**
 * Records in the order in which they came, in one typed array, and beside it the index: a hash table that has the number
 * of a record (from 1) at the place that its first word says, or at the next free one. Up to 64 bytes a record, and
 * nothing that the garbage collector has to walk through.
 */
class KeyTable implements ExpiringKeys {
  private records = new Int32Array(0);
  private index = new Int32Array(0);
  private mask = 0;
  private live = 0;
  // All live records are in the rooms from `start` to in front of `end`.
  private start = 0;
  private end = 0;
  private swept = 0;

  has(key: string, time: number): boolean {
    if (this.live === 0) return false;
    const { a, b, c } = keyWords(key);
    const place = this.find(a, b, c);
    const room = read(this.index, place) - 1;
    if (room === -1) return false;
    if (!this.isOver(room, time)) return true;
    this.remove(room, place);
    return false;
  }

  add(key: string, until: number): void {
    if (this.end * RECORD_WORDS === this.records.length) this.rebuild(this.live + 1);
    const { a, b, c } = keyWords(key);
    this.append(a, b, c, Math.min(Math.ceil(until / 1000), LAST_SECOND));
    this.live += 1;
  }

  size(): number {
    return this.live;
  }

  sweep(time: number): void {
    if (this.live === 0) return;
    let looked = 0;
    for (let rooms = 0; rooms < SWEPT_ROOMS && looked < SWEPT_RECORDS; rooms += 1) {
      if (this.swept >= this.end) {
        this.swept = this.start;
        return;
      }
      const room = this.swept;
      this.swept += 1;
      if (this.isGone(room)) continue;
      looked += 1;
      if (this.isOver(room, time)) this.forget(room);
    }
  }

  sweepAll(time: number): void {
    for (let room = this.start; room < this.end; room += 1) {
      if (!this.isGone(room) && this.isOver(room, time)) this.forget(room);
    }
  }

  evict(count: number): number {
    let evicted = 0;
    for (; this.start < this.end && evicted < count; this.start += 1) {
      if (this.isGone(this.start)) continue;
      this.forget(this.start);
      evicted += 1;
    }
    return evicted;
  }

  /** The place of a key in the index, or the free one where it would stand. */
  private find(a: number, b: number, c: number): number {
    const { records, index, mask } = this;
    for (let place = a & mask; ; place = (place + 1) & mask) {
      const at = (read(index, place) - 1) * RECORD_WORDS;
      if (at < 0 || (records[at] === a && records[at + 1] === b && records[at + 2] === c)) return place;
    }
  }

  private isGone(room: number): boolean {
    return this.records[room * RECORD_WORDS + SECOND] === GONE;
  }

  private isOver(room: number, time: number): boolean {
    return read(this.records, room * RECORD_WORDS + SECOND) * 1000 <= time;
  }

  private forget(room: number): void {
    const at = room * RECORD_WORDS;
    const { records } = this;
    this.remove(room, this.find(read(records, at), read(records, at + 1), read(records, at + 2)));
  }

  /** Those behind it in the index that it kept from their place move up, so that each is still found. */
  private remove(room: number, place: number): void {
    const { records, index, mask } = this;
    records[room * RECORD_WORDS + SECOND] = GONE;
    this.live -= 1;
    let free = place;
    for (let next = (free + 1) & mask; index[next] !== 0; next = (next + 1) & mask) {
      const wanted = read(records, (read(index, next) - 1) * RECORD_WORDS) & mask;
      // Its place is behind the free one: there it would not be found.
      if (((next - wanted) & mask) < ((next - free) & mask)) continue;
      index[free] = read(index, next);
      free = next;
    }
    index[free] = 0;
  }

  /** Makes both tables anew, without what was forgotten. */
  private rebuild(count: number): void {
    const { records, start, end, swept } = this;
    const rooms = Math.max(FEWEST_ROOMS, 2 ** Math.ceil(Math.log2(count / (1 - FREE_PART))));
    this.records = new Int32Array(rooms * RECORD_WORDS);
    this.index = new Int32Array(rooms * 2);
    this.mask = rooms * 2 - 1;
    this.start = 0;
    this.end = 0;
    for (let room = start; room < end; room += 1) {
      if (room === swept) this.swept = this.end;
      const at = room * RECORD_WORDS;
      const second = read(records, at + SECOND);
      if (second !== GONE)
        this.append(read(records, at), read(records, at + 1), read(records, at + 2), second);
    }
    if (swept >= end) this.swept = this.end;
  }

  private append(a: number, b: number, c: number, second: number): void {
    const { records, end } = this;
    const at = end * RECORD_WORDS;
    records[at] = a;
    records[at + 1] = b;
    records[at + 2] = c;
    records[at + SECOND] = second;
    this.index[this.find(a, b, c)] = end + 1;
    this.end += 1;
  }
}

/** A number of an array, asked for within its bounds. */
function read(numbers: Int32Array, at: number): number {
  return Number(numbers[at]);
}
