// The process's memory, and the member beside the attack.

import fs from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';

const EVERY = 200;

export class Watch {
  constructor(pid, member) {
    this.pid = pid;
    this.member = member;
    this.number = 0;
  }

  alive() {
    try {
      return !/^State:\s*Z/m.test(this.status());
    } catch {
      return false;
    }
  }

  status() {
    return fs.readFileSync(`/proc/${this.pid}/status`, 'utf8');
  }

  megabytes(line) {
    return Math.round(Number(this.status().match(new RegExp(`${line}:\\s+(\\d+)`))[1]) / 1024);
  }

  /** Peak memory and the member's latencies while `what` goes on. A request that failed counts as endless. */
  async during(what) {
    // 5 resets the peak: proc(5), clear_refs.
    fs.writeFileSync(`/proc/${this.pid}/clear_refs`, '5');
    const own = monitorEventLoopDelay({ resolution: 5 });
    own.enable();
    const rounds = [];
    // At its own pace, however slow the answers are: who waits for an answer before asking again sees few slow ones.
    const pace = setInterval(() => rounds.push(this.member.work(this.number++)), EVERY);
    await what();
    clearInterval(pace);
    own.disable();
    const peak = this.alive() ? this.megabytes('VmHWM') : NaN;
    const answers = (await Promise.all(rounds)).flat();
    const failed = answers.filter(({ status }) => status !== 200 && status !== 201);
    const sorted = answers.map((answer) => (failed.includes(answer) ? Infinity : answer.milliseconds)).sort((a, b) => a - b);
    const of = (part) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]);
    const member = `${answers.length} answers` + failed.map(({ status }) => ` ${status}`).slice(0, 5).join('');
    // Both sides share a machine: how long this side itself did not come to reading answers.
    const late = Math.round(own.max / 1e6);
    return { peak, p50: of(0.5), p95: of(0.95), late, member };
  }

  /** Waits until the process does no more than the member asks for, at most half a minute. */
  async quiet(signal) {
    for (let checks = 0; checks < 30 && !signal?.aborted && this.alive(); checks++) {
      const before = this.ticks();
      await wait(1000);
      // Hundredths of a second, of both processors.
      if (this.alive() && this.ticks() - before < 60) return;
    }
  }

  ticks() {
    const fields = fs.readFileSync(`/proc/${this.pid}/stat`, 'utf8').split(') ')[1].split(' ');
    return Number(fields[11]) + Number(fields[12]);
  }
}
