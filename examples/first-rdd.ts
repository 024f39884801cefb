// The words that occur most often in a file, or in a line of Shakespeare where none is named.
//   tspark-shell examples/first-rdd.ts [FILE]
const file = process.argv[2];
const lines = file ? sc.textFile(file) : sc.parallelize(["to be or not to be that is the question"]);
const counts = lines
  .flatMap(line => line.split(/\s+/))
  .filter(word => word !== "")
  .map((word): [string, number] => [word, 1])
  .reduceByKey((a, b) => a + b);
for (const [word, n] of await counts.takeOrdered(10, (a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)))
  console.log(`${n}\t${word}`);
