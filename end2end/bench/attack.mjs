// What strangers and bad tenants do to a running product beside a member of another workspace who works:
// node bench/attack.mjs <address> <process id> <budget in MB> [letters of attacks]. `dev/attack` starts the product and this.
//
// Prints for each attack the peak of the process's resident memory, how long the member's requests took, and what
// the attacker was answered. Ends with 1 where the memory passed the budget and what the idle process takes, where the
// member's 95th percentile passed a second, where an answer was 500, or where the product died. Each attack is bounded in count and time.

import { setMaxListeners } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { bomb, deep, noise, small, square, vitrine } from './attack/files.mjs';
import { Person, slowly, stranger } from './attack/people.mjs';
import { Watch } from './attack/watch.mjs';

const [address, pid, budget, letters] = process.argv.slice(2);
const SECONDS_MAX = 40;
/** As long as it takes to see how the member fares. */
const SECONDS_MIN = 5;
const P95_MAX = 1000;

const times = (count, act) => Promise.all(Array.from({ length: count }, (_, index) => act(index)));
const upload = (person, path, bytes, options) => person.send('POST', path, { ...options, body: bytes, headers: { 'x-file-name': 'attack' } });
const id = (answer) => JSON.parse(answer.body).id;
/** Big answers are not kept. */
const away = { keep: false };

const mallory = await Person.signUp(address, 'Mallory');
const ada = await Person.signUp(address, 'Ada');
let files = 0;

/** Templates, batches and links that attacks use; each is made before its attack is measured. */
const prepare = {
  async renders() {
    const photos = [];
    for (let index = 0; index < 5; index++) photos.push(JSON.parse((await upload(mallory, '/files/designs', square(files++))).body));
    const layers = photos.map(({ image }, index) => ({ id: index + 1, name: 'Photo', opacity: 0.5, content: { type: 'photo', image: image.hash } }));
    layers.push({ id: 9, name: 'Design', content: { type: 'placement', quad: [[0, 0], [9000, 0], [9000, 9000], [0, 9000]] } });
    const document = { format: 'vitrine/template', version: 1, name: 'Photos', canvas: { width: 10_000, height: 10_000 }, layers };
    const template = JSON.parse((await mallory.call('templates/create', { document: JSON.stringify(document) })).body);
    return { template, designs: photos.map((design) => design.id) };
  },
  async invitation() {
    await mallory.confirm();
    const link = JSON.parse((await mallory.call('members/invite', { email: `bob-${Date.now()}@example.com`, role: 'editor' })).body);
    return link.split('/invite/')[1];
  },
  async download() {
    const template = id(await upload(mallory, '/files/templates', noise(3000, files++)));
    const design = id(await upload(mallory, '/files/designs', small(files++)));
    const batch = await mallory.order({ template, designs: [design], side: 3000, format: 'png' });
    await mallory.settled(batch);
    return batch;
  },
  async large() {
    const template = id(await upload(mallory, '/files/templates', vitrine(files++)));
    const [document] = JSON.parse((await mallory.call('templates/open', { id: template })).body);
    return { template, images: document.layers.map((layer) => layer.content.image) };
  },
  async picture() {
    const design = JSON.parse((await upload(mallory, '/files/designs', noise(3000, files++))).body);
    await mallory.send('GET', `/files/images/${design.image.hash}/levels/0`, away);
    return design.image.hash;
  },
};

const attacks = {
  a: {
    what: '8 PNGs of 2 MB whose profile unfolds to 2 GB',
    run: () => times(8, () => upload(mallory, '/files/designs', bomb(files++))),
  },
  b: {
    what: '8 given-up uploads of 16-bit PNGs of 10,000 px squared, then 8 that stay',
    async run() {
      const given = await times(8, () => upload(mallory, '/files/designs', deep(files++), { giveUpAfter: 500 }));
      return [...given, ...(await times(8, () => upload(mallory, '/files/designs', deep(files++))))];
    },
  },
  c: {
    what: '16 imports of .vitrine files of 300 kB with five images of 64 MB, 8,000 px squared',
    run: () => times(16, () => upload(mallory, '/files/templates', vitrine(files++))),
  },
  d: {
    what: 'a batch at 16 px of a template with five 97 kB photos, 10,000 px squared',
    prepare: prepare.renders,
    async run({ template, designs }) {
      const batches = await times(4, (index) => mallory.order({ template, designs, side: 16 + index, format: 'png' }));
      await times(4, (index) => mallory.settled(batches[index]));
      const answers = await times(4, (index) => mallory.call('batches/list_renders', { id: batches[index] }));
      return answers.flatMap(({ body }) => JSON.parse(body).items.map(({ state }) => ({ status: state })));
    },
  },
  e: {
    what: '300 resets with a wrong token, each from a network of its own',
    run: () => times(300, (index) => stranger(address, index).call('people/reset_password', { token: 'x'.repeat(43), password: 'correct horse battery' })),
  },
  f: {
    what: '40 accepts of one invitation',
    prepare: prepare.invitation,
    run: (token) => times(40, (index) => stranger(address, index).call('members/accept_invitation', { token, password: 'correct horse battery' })),
  },
  g: {
    what: '700 slow readers of a ZIP',
    prepare: prepare.download,
    run: (batch) => times(700, () => slowly(mallory, `GET /files/batches/${batch}/zip HTTP/1.1\r\n`, 20)),
  },
  h: {
    what: '200 half-sent requests, the head only or half of the body',
    run: () => times(200, (index) => slowly(mallory, index % 2
      ? 'POST /files/designs HTTP/1.1\r\n'
      : 'POST /files/designs HTTP/1.1\r\nContent-Length: 1000000\r\n', 36, index % 2 ? null : 'half')),
  },
  i: {
    what: '50 invented methods; series of /metrics that name one',
    async run() {
      const answers = await times(50, (index) => mallory.send(`INVENTED${index}`, '/designs'));
      const headers = { authorization: `Bearer ${process.env.VITRINE_METRICS_TOKEN}` };
      const metrics = await mallory.send('GET', '/metrics', { headers });
      if (metrics.status !== 200) throw new Error(`no metrics: ${metrics.status}`);
      const series = metrics.body.split('\n').filter((line) => line.includes('INVENTED'));
      return [...answers, ...series.map(() => ({ status: 'series', bad: true }))];
    },
  },
  j: {
    what: '60 requests for the first level of five images of 64 MB',
    prepare: prepare.large,
    run: ({ images }) => times(60, (index) => mallory.send('GET', `/files/images/${images[index % 5]}/levels/0`, away)),
  },
  k: {
    what: '100 slow readers of a picture of 27 MB',
    prepare: prepare.picture,
    run: (hash) => times(100, () => slowly(mallory, `GET /files/images/${hash}/levels/0 HTTP/1.1\r\n`, 10)),
  },
  l: {
    what: '16 downloads of a .vitrine file of 320 MB',
    prepare: prepare.large,
    run: ({ template }) => times(16, () => mallory.send('GET', `/files/templates/${template}/file`, away)),
  },
};

const watch = new Watch(pid, ada);
await ada.settle(small);
const idle = await watch.during(() => wait(8000));
const bound = Number(budget) + idle.peak;
console.log(`idle: ${idle.peak} MB, the member ${idle.p50} and ${idle.p95} ms (median, 95 %); the budget is ${budget} MB, so the bound ${bound} MB`);
console.log(`${'attack'.padEnd(90)}  peak MB   p50 ms   p95 ms  answers`);

let failed = false;
for (const [letter, { what, prepare, run }] of Object.entries(attacks)) {
  if (letters && !letters.includes(letter)) continue;
  try {
    const prepared = await prepare?.();
    await watch.quiet();
    const signal = AbortSignal.timeout(SECONDS_MAX * 1000);
    setMaxListeners(0, signal);
    Person.signal = signal;
    let answers = [];
    const { peak, p50, p95, late, member } = await watch.during(async () => {
      [answers] = await Promise.all([run(prepared), wait(SECONDS_MIN * 1000)]);
      // What goes on after the attacker has left belongs to the attack.
      await watch.quiet(signal);
    });
    Person.signal = undefined;
    const counts = Object.entries(grouped(answers)).map(([status, count]) => `${count} x ${status}`);
    const wrong = [
      peak > bound && 'MEMORY',
      !(p95 <= P95_MAX) && 'SLOW',
      answers.some(({ status, bad }) => bad || status === 500) && 'WRONG ANSWER',
      !watch.alive() && 'DIED',
    ].filter(Boolean);
    failed ||= wrong.length > 0;
    console.log(`${`${letter} ${what}`.padEnd(90)} ${String(peak).padStart(8)} ${String(p50).padStart(8)} ${String(p95).padStart(8)}  ${counts.join(', ')}; member ${member}, own delay ${late} ms ${wrong.join(' ')}`);
    if (!watch.alive()) break;
  } catch (error) {
    failed = true;
    console.log(`${letter} ${what}: ${error.stack}`);
    if (!watch.alive()) break;
  }
}
process.exit(failed ? 1 : 0);

/** How many of each status. */
function grouped(answers) {
  const counts = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}
