// People of the product without a browser: they call what pages call, in the pages' words.

import http from 'node:http';
import net from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

const PASSWORD = 'correct horse battery';
const UNANSWERED = 30_000;

export class Person {
  /** Ends what an attack has begun. */
  static signal;

  constructor(address, network) {
    this.address = address;
    this.headers = { origin: address, ...(network && { 'x-forwarded-for': network }) };
    this.agent = new http.Agent({ keepAlive: true, maxSockets: Infinity });
  }

  static async signUp(address, name) {
    const person = new Person(address);
    const subdomain = `${name.toLowerCase()}-${Date.now().toString(36)}`;
    person.email = `${subdomain}@example.com`;
    const answer = await person.call('people/sign_up', { workspace: name, subdomain, email: person.email, password: PASSWORD });
    if (!answer.headers['set-cookie']) throw new Error(`no session: ${answer.status} ${answer.body}`);
    person.headers.cookie = answer.headers['set-cookie'][0].split(';')[0];
    const viewer = JSON.parse((await person.call('people/who_am_i')).body);
    // As pages say which workspace they show.
    person.headers['x-workspace'] = viewer.tenant;
    return person;
  }

  /** Resolves with status, headers, body and milliseconds, whatever happens: what was not answered has a word as status. */
  send(method, path, { body, headers = {}, keep = true, giveUpAfter } = {}) {
    return new Promise((resolve) => {
      const began = performance.now();
      const done = (status, rest) => resolve({ status, milliseconds: performance.now() - began, ...rest });
      const options = { method, agent: this.agent, timeout: UNANSWERED, signal: this.attacks === false ? undefined : Person.signal };
      const request = http.request(this.address + path, {
        ...options,
        headers: { ...this.headers, ...headers, ...(body && { 'content-length': Buffer.byteLength(body) }) },
      }, (response) => {
        const pieces = [];
        response.on('data', (piece) => keep && pieces.push(piece));
        response.on('end', () => done(response.statusCode, { headers: response.headers, body: Buffer.concat(pieces).toString() }));
        response.on('error', () => done('broken off'));
      });
      let failure;
      request.on('timeout', () => {
        failure = 'no answer';
        request.destroy();
      });
      request.on('error', (error) => done(failure ?? (error.name === 'AbortError' ? 'still waiting' : error.code)));
      request.on('finish', () => giveUpAfter && setTimeout(() => {
        failure = 'given up';
        request.destroy();
      }, giveUpAfter));
      request.end(body);
    });
  }

  /** A server function, as `area/function`, with its form, or with JSON. */
  async call(name, form = {}, json) {
    const type = json ? 'application/json' : 'application/x-www-form-urlencoded';
    const body = json ? JSON.stringify(json) : new URLSearchParams(form).toString();
    return this.send('POST', `/rpc/${name}`, { body: body || undefined, headers: { 'content-type': type, accept: 'application/json' } });
  }

  async order(order) {
    const answer = await this.call('batches/order', {}, { order });
    if (answer.status !== 200) throw new Error(`no batch: ${answer.status} ${answer.body}`);
    return JSON.parse(answer.body);
  }

  async settled(batch) {
    for (let tries = 0; tries < 150; tries++) {
      const answer = await this.call('batches/open', { id: batch });
      if (answer.status !== 200) return;
      if (JSON.parse(answer.body).counts.queued === 0) return;
      await wait(250);
    }
  }

  /** Opens the link that came to the address. */
  async confirm() {
    const mails = JSON.parse((await this.call('development/outbox')).body).items;
    const mail = mails.find(({ recipient, body }) => recipient === this.email && body.includes('/verify?token='));
    await this.call('people/verify_email', { token: mail.body.match(/\/verify\?token=([\w-]+)/)[1] });
  }

  /** Makes the render that this member downloads again and again. */
  async settle(small) {
    this.attacks = false;
    this.small = small;
    const file = { headers: { 'x-file-name': 'photo' } };
    const template = JSON.parse((await this.send('POST', '/files/templates', { ...file, body: small('photo') })).body).id;
    const design = JSON.parse((await this.send('POST', '/files/designs', { ...file, body: small('design') })).body).id;
    const batch = await this.order({ template, designs: [design], side: 200, format: 'jpeg' });
    await this.settled(batch);
    this.render = JSON.parse((await this.call('batches/list_renders', { id: batch })).body).items[0].id;
  }

  /** What a page does at once: a small design comes in and goes again, the list, a page, a finished picture. */
  async work(number) {
    const added = this.send('POST', '/files/designs', { body: this.small(number), headers: { 'x-file-name': 'small' } });
    const gone = added.then((answer) => answer.status === 201 && this.call('designs/trash', { id: JSON.parse(answer.body).id }));
    const answers = [added, this.call('designs/list'), this.send('GET', '/designs'), this.send('GET', `/files/renders/${this.render}/file`)];
    await gone;
    return Promise.all(answers);
  }
}

/** Somebody without a session, in a network of their own. */
export const stranger = (address, index) => new Person(address, `10.${index >> 8}.${index & 255}.7`);

/** Sends a request's lines and no end of it (`rest` null) or little of its body, and reads nothing but the first bytes. */
export function slowly(person, lines, seconds, rest = '') {
  const { hostname, port, host } = new URL(person.address);
  const headers = Object.entries({ host, ...person.headers }).map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return new Promise((resolve) => {
    const socket = net.connect(port, hostname, () => socket.write(lines + headers + (rest === null ? '' : `\r\n${rest}`)));
    let status = 'held';
    const timer = setTimeout(() => socket.destroy(), seconds * 1000);
    socket.once('data', (data) => {
      status = Number(data.toString('latin1', 9, 12));
      // The half-sent wait for the end; readers take no more.
      if (lines.startsWith('GET')) socket.pause();
    });
    socket.on('error', () => {});
    socket.on('end', () => (status === 'held' ? (status = 'ended') : 0));
    socket.on('close', () => {
      clearTimeout(timer);
      resolve({ status });
    });
  });
}
