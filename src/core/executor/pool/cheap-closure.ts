import { LruMap } from "../../closure/lru-map.js";
import { engineFunctionName } from "../../util/engine-functions.js";

const verdicts = new LruMap<string, boolean>(2000);
const known = new WeakMap<Function, boolean>();

/**
 * Whether one call of a function takes next to no time, as far as its text shows: no loop but over what is there, and no
 * call but of quick built-in functions. What is not sure is not cheap.
 */
export function isCheap(fn: Function): boolean {
  let verdict = known.get(fn);
  if (verdict !== undefined) return verdict;
  if (engineFunctionName(fn) !== undefined) verdict = true;
  else {
    const text = Function.prototype.toString.call(fn);
    verdict = verdicts.get(text);
    if (verdict === undefined) verdicts.set(text, (verdict = judge(text)));
  }
  known.set(fn, verdict);
  return verdict;
}

const MAX_LENGTH = 2000;

/** Quick functions by name, whatever they are called on. */
const QUICK = new Set(
  [
    "String Number Boolean BigInt Symbol parseInt parseFloat isNaN isFinite Date Error TypeError RangeError Map Set RegExp",
    "push pop shift unshift set get has add delete at with charAt charCodeAt codePointAt concat endsWith startsWith includes",
    "indexOf lastIndexOf join match matchAll normalize padEnd padStart replace replaceAll search slice split substring substr",
    "toLowerCase toUpperCase toLocaleLowerCase toLocaleUpperCase trim trimStart trimEnd toFixed toString toPrecision valueOf",
    "toISOString getTime getFullYear getMonth getDate getDay getHours getMinutes getSeconds getMilliseconds getUTCHours",
    "keys values entries test exec localeCompare hasOwn hasOwnProperty isArray isInteger isSafeInteger is of from freeze",
    "assign fromEntries parse stringify abs ceil floor round trunc sign sqrt cbrt pow exp log log2 log10 min max sin cos tan",
    "atan atan2 hypot imul fround random now map filter reduce reduceRight some every find findIndex findLast forEach flatMap",
    "flat sort toSorted reverse toReversed splice copyWithin next equals hashCode partitionId stageId attemptNumber",
    "getPartitionId error warn info debug",
  ]
    .join(" ")
    .split(" "),
);
/** What may stand before a parenthesis without being a call. */
const KEYWORDS = new Set(
  "if for switch catch return typeof void in of case else function async new throw instanceof yield".split(" "),
);

function judge(source: string): boolean {
  if (source.length > MAX_LENGTH) return false;
  const text = source
    .replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, " ")
    .replace(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g, '""')
    // What the transformer of closures writes around inner functions.
    .replace(/\b__tspark_\w+\(/g, "(");
  if (/\b(?:while|do|await|import|class|eval|with|Atomics|process|require)\b/.test(text)) return false;
  if (/\bfor\s*\((?!\s*(?:const|let|var)\s[^;]*?\s(?:of|in)\s)/.test(text)) return false;
  // Called is what an expression gives, or a template's tag: which function that is cannot be seen.
  if (/[\])]\s*(?:\?\.)?\s*\(/.test(text.replace(/\)\s*\(\s*\)\s*=>/g, ""))) return false;
  if (/[\w$\])]`/.test(text)) return false;
  for (const [, name] of text.matchAll(/([\p{ID_Continue}$]+)\s*(?:\?\.)?\s*\(/gu)) {
    if (!QUICK.has(name!) && !KEYWORDS.has(name!)) return false;
  }
  return true;
}
