const FIRST = Symbol('hooklatch.first');
const SECOND = Symbol('hooklatch.second');

interface Marked {
  [FIRST]?: undefined;
  [SECOND]?: undefined;
}

/**
 * Whether this version of Node leaves each request and response of Express with a hidden class of its own. Express
 * changes the prototype of each, and V8 makes a new hidden class for that; until Node 24 it does so for every object
 * anew. No access to a property then finds what the last one has learnt, in Express, in Node and here.
 */
const HAS_LONE_SHAPES = Number.parseInt(process.versions.node, 10) < 24;

/**
 * Gives a request or a response a hidden class that it shares with all others: V8 keeps an object of which a property was
 * deleted as a dictionary, and dictionaries of one prototype have one hidden class. Nothing else can be seen of it. On
 * Node 20 a small delivery takes a third fewer instructions by this, all that Express and Node do behind it included.
 */
export function shareShape(object: object, isNeeded: boolean = HAS_LONE_SHAPES): void {
  // An object that takes no more properties stays as it is.
  if (!isNeeded || !Object.isExtensible(object)) return;
  const marked: Marked = object;
  // Only where it is not the last property does its deletion change the kind of the object.
  marked[FIRST] = undefined;
  marked[SECOND] = undefined;
  Reflect.deleteProperty(object, FIRST);
  Reflect.deleteProperty(object, SECOND);
}
