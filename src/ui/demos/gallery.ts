/** The demos that come with the page. */
import type { Demo } from './demo.ts';

const home = location.origin;

export const demos: readonly Demo[] = [
  {
    id: 'hello',
    title: 'A program and its namespace',
    about: 'Run a WASI program, see each of its calls, keep or discard what it wrote.',
    steps: [
      {
        words:
          'On the left is a namespace: all that a program here can see. This program reads /workspace/hello.txt and writes beside it.',
        button: 'Run it',
        commands: [
          ['view.open', { path: '/bin/hello-wasi.wasm' }],
          ['program.start', { path: '/bin/hello-wasi.wasm' }],
        ],
      },
      {
        words: 'It has ended. What it printed is below, and each call that it made was kept.',
        button: 'Show its calls',
        commands: [['trace.show']],
      },
      {
        words:
          'What it wrote is not in your files yet: it worked on a copy of them, and a review waits for you.',
        button: 'Review it',
        commands: [['review.open']],
      },
      {
        words:
          'Each change can be kept or discarded: here, what it wrote beside hello.txt and into /tmp.',
        button: 'Keep it',
        commands: [['review.keep'], ['view.open', { path: '/workspace/greeting.txt' }]],
      },
      {
        words:
          'That is all of it: files, programs and what they may touch. Every action is a command; drop a .wasm of your own anywhere.',
        button: 'Search the commands',
        commands: [['palette.open']],
      },
    ],
  },
  {
    id: 'pipeline',
    title: 'A pipeline',
    about: 'Programs of different makers, joined by pipes in a shell.',
    steps: [
      {
        words: 'Two programs and a pipe: the second adds what the first reads from a file.',
        button: 'cat | sum',
        commands: [['shell.run', { script: 'cat.wasm /workspace/data/numbers.txt | sum.wasm' }]],
      },
      {
        words: 'A hundred thousand lines pass through three of them, live.',
        button: 'seq | grep | wc',
        commands: [['shell.run', { script: 'seq 1 100000 | grep 7 | wc.wasm -l' }]],
      },
      {
        words: 'What a pipeline writes is a file as any other.',
        button: 'Write it to a file',
        commands: [
          ['shell.run', { script: 'seq 1 20 | sort -rn > /workspace/countdown.txt' }],
          ['view.open', { path: '/workspace/countdown.txt' }],
        ],
      },
    ],
  },
  {
    id: 'agent',
    title: 'An agent at work',
    about: 'An agent is given a task, works in an environment of its own, and is graded apart.',
    steps: [
      {
        words:
          'The task is to count things and write a report. The agent gets an environment made for it: its files, a log, nothing else.',
        button: 'Let it work',
        commands: [['work.try', { task: '/tasks/inventory', command: 'agent --pace 150' }]],
      },
      {
        words: 'It works step by step, and its reward comes from tests that it never saw.',
        button: 'Show all tasks',
        commands: [['work.tasks']],
      },
    ],
  },
  {
    id: 'http',
    title: 'HTTP by files',
    about: 'A program in C that knows only open, read and write fetches a page, by your grant.',
    steps: [
      {
        words: 'Nothing here has the network. This program tries it all the same.',
        button: 'Try without a grant',
        commands: [['shell.run', { script: `fetch.wasm ${home}/llms.txt | head -5` }]],
      },
      {
        words: `Now it may reach one place, and that one only: ${home}.`,
        button: 'Grant it…',
        commands: [['network.allow', { cap: 'http', places: [home] }]],
      },
      {
        words: 'It writes its request to a file and reads the answer from another.',
        button: 'Fetch',
        commands: [['shell.run', { script: `fetch.wasm ${home}/llms.txt | head -5` }]],
      },
      {
        words: 'Every request is seen, with its time and what it was refused.',
        button: 'Show the requests',
        commands: [['network.requests']],
      },
    ],
  },
  {
    id: 'relay',
    title: 'A chat over a relay',
    about: 'Signed events out and in over a Nostr relay that you name.',
    steps: [
      {
        words: 'Which relay? Nothing is contacted before you have granted it.',
        button: 'Grant it…',
        ask: { label: 'Relay', placeholder: 'wss://relay.example.org' },
        commands: [
          ['keys.visit', { name: 'demo' }],
          ['network.allow', { cap: 'nostr', places: ['$input'], key: 'demo' }],
        ],
      },
      {
        words:
          'A key for this visit signs; no file has it. A script subscribes, writes an event to a file, and waits for what comes.',
        button: 'Say hello',
        commands: [
          [
            'shell.run',
            {
              script: `{ read n
echo '{"kinds":[1],"authors":["'$(cat /cap/nostr/identity/pubkey)'"]}' > /cap/nostr/subs/$n/filter
echo '{"kind":1,"content":"Hello from a file"}' > /cap/nostr/submit
head -n 1 /cap/nostr/subs/$n/events; } < /cap/nostr/subs/clone`,
            },
          ],
        ],
      },
      {
        words: 'It came back, and its signature was checked.',
        button: 'Show the inbox',
        commands: [['view.open', { path: '/cap/nostr/inbox' }]],
      },
    ],
  },
  {
    id: 'what-if',
    title: 'What if?',
    about: 'A script deletes everything, on a copy: nothing is lost.',
    steps: [
      {
        words: 'This script deletes all of /workspace. It is run over a copy of your files.',
        button: 'Run it',
        commands: [
          [
            'program.start',
            { path: '/bin/sh', args: ['-c', 'rm -rf /workspace/*; ls -la /workspace'] },
          ],
        ],
      },
      {
        words: 'For the script everything is gone. Your files are as they were.',
        button: 'Show my files',
        commands: [['view.open', { path: '/workspace' }]],
      },
      {
        words: 'What it did can be looked at, and thrown away.',
        button: 'Discard it',
        commands: [['review.open'], ['review.discard']],
      },
    ],
  },
];

export const demoOf = (id: string): Demo | undefined => demos.find((each) => each.id === id);
