// A TCP server that sends lines at a steady rate to whoever connects:  node sender.mjs RATE KIND
//   words   lines of ten words out of a thousand; the same thousand lines again and again
//   stamps  lines that begin with the moment they were sent, ms since the epoch with fractions
// Says its port first, by IPC, then once a second how many lines were due and how many the other side has let it send.
import { createServer } from "node:net";

const [rate, kind] = [Number(process.argv[2]), process.argv[3]];
/** Lines of one piece; low rates go line by line. */
const PIECE = 1000;

const lines = Array.from({ length: PIECE }, (_, i) =>
  Array.from({ length: 10 }, (_, j) => `word${(i * 7 + j * 131) % 1000}`).join(" "),
);
const piece = Buffer.from(`${lines.join("\n")}\n`);
const ends = [];
for (let at = 0; at < piece.length; at++) if (piece[at] === 10) ends.push(at + 1);

const server = createServer(socket => {
  socket.setNoDelay(true);
  socket.on("error", () => process.exit(0)).on("close", () => process.exit(0));
  const began = performance.now();
  let sent = 0;
  let open = true;
  const due = () => Math.floor(((performance.now() - began) / 1000) * rate);
  const send = () => {
    while (open && sent < due()) {
      const n = Math.min(due() - sent, PIECE);
      open = socket.write(
        kind === "words" ? piece.subarray(0, ends[n - 1]) : stamped(n, performance.timeOrigin + performance.now()),
      );
      sent += n;
    }
  };
  socket.on("drain", () => {
    open = true;
    send();
  });
  setInterval(send, rate > 10_000 ? 5 : 1);
  setInterval(() => process.send({ due: due(), sent }), 1000);
});
server.listen(0, "127.0.0.1", () => process.send({ port: server.address().port }));
process.on("disconnect", () => process.exit(0));

function stamped(n, now) {
  return Buffer.from(`${now.toFixed(2)} ${"x".repeat(40)}\n`.repeat(n));
}
