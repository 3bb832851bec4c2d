// Numbers and words out of printable text: the other end of kb/export/dense.py, which says how it is coded.

const ALPHABET = Array.from({ length: 0x7f - 0x20 }, (_, at) => String.fromCharCode(0x20 + at))
  .filter((character) => !'"\\<'.includes(character))
  .join("");

const DIGIT = new Uint8Array(0x7f);
for (let digit = 0; digit < ALPHABET.length; digit++) DIGIT[ALPHABET.charCodeAt(digit)] = digit;

// The numbers of a stream [count, stoppers, text], all below 2³².
function decode([count, stoppers, text]) {
  const numbers = new Uint32Array(count);
  const continuers = ALPHABET.length - stoppers;
  let before = 0;
  for (let at = 0, place = 0; at < text.length; at++) {
    const digit = DIGIT[text.charCodeAt(at)];
    if (digit < stoppers) {
      numbers[place++] = before * stoppers + digit;
      before = 0;
    } else {
      before = before * continuers + digit - stoppers + 1;
    }
  }
  return numbers;
}

// Sums so far: [a, a + b, a + b + c …]
function accumulate(numbers) {
  for (let at = 1; at < numbers.length; at++) numbers[at] += numbers[at - 1];
  return numbers;
}

// Offsets from lengths: one more than there are, from 0.
function offsets(lengths) {
  const found = new Uint32Array(lengths.length + 1);
  found.set(lengths, 1);
  return accumulate(found);
}

// Sums so far of numbers of any sign, given as 0, 1, 2, 3 for 0, -1, 1, -2 and so on.
function zigzagSums(numbers) {
  let sum = 0;
  return numbers.map((number) => (sum += number & 1 ? -(number + 1) / 2 : number / 2));
}

// The words of front-coded text.
function decodeWords(text) {
  if (!text) return [];
  let previous = "";
  return text.split("\n").map((line) => {
    previous = previous.slice(0, DIGIT[line.charCodeAt(0)]) + line.slice(1);
    return previous;
  });
}
