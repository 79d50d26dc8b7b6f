/** bc beside GNU's. */
import { existsSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectDebian, isDebian, ours } from '../../testing/debian.ts';

const isThere = isDebian && existsSync('/usr/bin/bc');

const program = (text: string, options = ''): Promise<void> =>
  expectDebian(`bc ${options}`, Buffer.from(`${text}\n`, 'latin1'));

describe.runIf(isThere)('bc is as Debian has it', () => {
  it.each([
    '1+\n2+2',
    'a b',
    '1 2 3 4 5\n6',
    'x=\n3',
    '1/0\n5',
    '1%0',
    'f(1)\n5',
    'define f(x){return x}\nf(1,2)\nf(3)',
    'define f(x){return x}\nf()',
    'define f(x){auto y;return(x*2)}\nf(5)',
    'define f(x){\n1 2\nx\n}\nf(1)',
    'if(1){\n2 2\n}\n3',
    'define f(a,a){}',
    'define f(a){auto a\n}',
    'define f(a)\n{return 1\n}\nf(1)',
    'define f(a) { return (a) } f(3)',
    'define f(x){x;"a"}\nf(2)',
    'define f(x){1/0;3}\nf(1);4\n5',
    'define f(){}\nf()\nx=f()',
    'define void f(x){x}\nf(3)\ny=f(3)',
    'define void f(x){return 2}\nf(3)',
    'define f(x[]){return x[1]}\na[1]=7;f(a[])\nf(a)',
    'define f(x){return x}\nf(a[])',
    'define void f(*x[]){x[1]=3}\nf(y[])\ny[1]',
    'define f(x[]){x[1]=3}\nf(y[])\ny[1]',
    'define f(x){auto a[];a[1]=x;return a[1]}\nf(4)\na[1]',
    'define f(x){if(x<2)return 1;return x*f(x-1)}\nf(20)\nf(100)',
    'define f(x){ibase=16;return x+10}\nf(1)\nibase\nibase=A\n12',
    'define f(x){return g(x)}\ndefine g(x){return x+1}\nf(2)\ndefine g(x){return x+2}\nf(2)',
    'return 5\n1',
    'return',
    'break\n1',
    'continue',
    '"abc"\n"a\\nb"',
    '"a\nb"\n1 2',
    'print "a\\nb\\tc\\q\\x",1,2,"\\n"\n1',
    'print "x" 2',
    'print\n1',
    'print 1,\n2',
    '"abc";1/0',
    '1;2;1/0;3\n4',
    'sqrt(-1)\n3',
    'sqrt(0);sqrt(1);sqrt(2);scale=10;sqrt(2);sqrt(4);sqrt(.0001);sqrt(123456789.123456789)',
    '2^-3\n2^0.5\n0^0;0^5',
    'scale=3;2^-3;1/3;-1/3;7%3;-7%3;7.5%2;1.123*2.345;1.5^5',
    '(-.1)^3;0*-1;-0',
    'scale=1;x=(-.3)^3;x;x^1;x^2;x^3;x*1;x+0;0+x;x-0;0-x;x/1;x%1;-x;x+x;x-x;x<0;x==0;0>x;x*-1;x/-3;x^0;if (x) 1;!x;x++;x;x=(-.3)^3;x--;sqrt((-.3)^3)',
    '10^10^2\n2^-1^2\n-2^2',
    '2^99999999999999999999',
    'obase=16;255;1/3;-10.5;scale=5;1/3',
    'obase=20;255;scale=5;399.95;-.5',
    'obase=1000;12345678.5;obase=10;scale=4;obase=3;1/7;10.25',
    'obase=2;2^100+1',
    'ibase=16;FF;A.8;.F;F;1.GG',
    'ibase=2;102;9;F;FF;1.1;.7;1.9',
    'ibase=36;Z;10',
    'ibase=16\nobase=10\nF',
    'ABC;1A;Z.Z;.Z;0.Z',
    '.5;0.5;-.5;0;00.100;5.;007;0.0;.',
    '2^300',
    'length(123.45);scale(1.234);length(0);length(0.001);length(.00);scale(0.00);length(-12.5)',
    'if(1) 2 else 3\nif (0) 4 else 5\nif (0) 1\n2',
    'if\n1',
    'if (1) \n2',
    'a[1]=5;a[1];a[2];a[1.5];a[-1]',
    'a[.5]',
    'a[3000000]=1;a[3000000]\na[99999999]\n7',
    'a[1]+=2;a[1]++;++a[1];a[1]--;--a[1];a[1]^=2;a[1]',
    'for(i=0;i<3;i++) i\nfor(;;){if(i++>5)break;if(i==5)continue;i}',
    'for(i=0;i<2;i++)for(j=0;j<2;j++){if(j==1)break;print i,j,"\\n"}',
    'while(1){x=x+1;if(x>3)break;x}',
    'while (x<3)\nx=x+1\nx',
    'halt\n1',
    'quit\n1',
    'if(0) quit\n1',
    '1;quit',
    '1 2 quit',
    'last;.;5;last+1;.+1;last=7;.',
    '!1;!0;1&&0;1||0;1<2;1==1;1!=1;2>=2;2<=1',
    '1&&0||1\n1||1&&0\n1<2<3\n!1<2\n!!3\n1-!0',
    'x++;x;++x;x--;--x;x++ + ++x',
    '++x++\n3++',
    'x^=2;x+=3;x*=2;x/=4;x%=1;x',
    'x=-1\nx=+1\nx=*3\nx',
    '(1)\n(x=2)\nx=2\n-x\n(x=1)+1\ny=(1<2)\n1+x=3\nx\nx=1<2\nx',
    '1+-2\n!-1\n- -1\n1 - -1',
    'scale=1.5;scale\nscale=-1\nscale=99999999999999999999\n1',
    'obase=1\nobase\nibase=1;ibase',
    'ibase=17;ibase\nibase=A\nibase=-1\nibase=A\nibase=99\nibase=A\nobase=-5\nobase=99999999999',
    'ibase--;ibase\nscale--\nobase=2;obase--',
    'ibase=2;ibase--\nibase',
    '1@2\n3',
    '"abc',
    '1 # comment\n2',
    '/* a\nb */ 1\n1 2',
    '{1;2}\n{\n3\n4}\n;1\n1;;2\n1;',
    '\\\n1\n1\\\n2\n12\\\n34',
    '1 \\ 2',
    'a=1;a\r\n2',
    'é',
    'length(1,2)',
    'limits',
    'warranty',
    'history\nhistory=3\nhistory',
    'random()\nrandom()\nrandom();random()',
    'x=1;x[1]=2\ndefine x(x){return x*3}\nx(x[1])+x',
    'define f(a,b,c){return a*100+b*10+c}\nf(1,2,3)',
    'aa_1=3;aa_1',
    'i=2^60;i;i*i;i/7;i%7',
    '10000000000000000000000000000000000000000000000000000000000000000000000000000000000000',
  ])('%j', (text) => program(text));

  it.each([
    'e(0);s(0);c(0);l(1);a(0);a(1);a(.2);a(-1);j(0,0);j(1,0);j(-1,2);j(1.5,2)',
    'e(1.5);a(5);l(10);s(100);c(-3);e(100);e(-1);e(-1000);l(0);l(-1);j(3,10)',
    'scale=0;e(1);s(1);c(1);a(1);l(10);j(1,1)',
    'scale=50;e(1);a(1);a(.2);l(.001);j(2,3.5);4*a(1);s(1)',
    'scale=100;4*a(1);e(1);l(2)',
    'scale(e(1));scale(l(1));s(3.14159265358979323846);scale',
    'e(1,2)\ns(a[])\nx=2;l(x^2)/l(2)',
    'define e(x){return x}\ne(3)',
  ])('-l %j', (text) => program(text, '-l'));

  it.each([
    ['-s', 'last;print 1;a||b;!a;abc=3;if(1)2 else 3\nfor(;;)break\nx[1]=2;#c\nread()\n1'],
    [
      '-w',
      'last;print 1;a||b;!a;abc=3;if(1)2 else 3\nfor(;;)break\nx[1]=2;#c\n2+(1<2)\ny=(1<2)\n if (1) \n2',
    ],
    [
      '-s',
      '"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"',
    ],
    [
      '',
      '"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"\n2^250',
    ],
    ['-q', '1'],
    ['-i', '1+1\n2\nquit'],
    ['-qi', '1+1\n2'],
    ['-h', ''],
    ['-v', ''],
    ['--zz', ''],
    ['nofile', '1'],
    ['--mathlib --quiet', 'scale'],
  ])('bc %s with %j', (options, text) => program(text, options));

  it.each([
    'echo "1+1" >p; echo "2+" >q; echo 3 | bc p q',
    'echo "read()+1; read()" >p; printf "12\\n-.5\\n" | bc p',
    'echo "2^200" | BC_LINE_LENGTH=20 bc; echo "2^300" | BC_LINE_LENGTH=0 bc; echo "2^300" | BC_LINE_LENGTH=2 bc; echo "2^300" | BC_LINE_LENGTH=x bc',
    'echo "a(1)" | BC_ENV_ARGS="-l -q" bc',
    'printf 1+1 | bc; printf x | bc; printf "1\\n2" | bc; printf "/* abc" | bc; echo $?',
    'echo quit >p; echo 1 | bc p',
  ])('%s', (script) => expectDebian(script));

  const number = fc.oneof(
    fc.integer({ min: -1000, max: 1000 }).map(String),
    fc.tuple(fc.bigInt({ min: 0n, max: 10n ** 30n }), fc.nat(999)).map(([a, b]) => `${a}.${b}`),
  );
  const sum = fc.letrec<{ e: string }>((tie) => ({
    e: fc.oneof(
      { maxDepth: 4 },
      number,
      fc
        .tuple(tie('e'), fc.constantFrom('+', '-', '*', '/', '%', '<', '==', '&&', '||'), tie('e'))
        .map(([a, op, b]) => `(${a})${op}(${b})`),
      fc.tuple(tie('e'), fc.integer({ min: -3, max: 5 })).map(([a, n]) => `(${a})^${n}`),
      tie('e').map((e) => `sqrt((${e})^2)`),
    ),
  })).e;

  it('computes what Debian computes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(sum, { minLength: 10, maxLength: 30 }),
        fc.nat(30),
        fc.integer({ min: 2, max: 40 }),
        (sums, scale, obase) => program(`scale=${scale}\nobase=${obase}\n${sums.join('\n')}`),
      ),
      { numRuns: 15 },
    );
  }, 60_000);

  it('has the functions of -l to the last digit', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.tuple(
            fc.constantFrom('s', 'c', 'a', 'l', 'e'),
            fc.double({ min: -60, max: 60, noNaN: true }),
          ),
          { minLength: 10, maxLength: 20 },
        ),
        fc.integer({ min: 5, max: 60 }),
        (calls, scale) =>
          program(
            `scale=${scale}\n${calls.map(([name, x]) => `${name}(${x.toFixed(10)})`).join('\n')}`,
            '-l',
          ),
      ),
      { numRuns: 8 },
    );
  }, 60_000);
});

describe('bc', () => {
  it('ends at once where numbers would take all memory', async () => {
    for (const text of ['2^(10^12)', 'scale=10^9;1/3', 'x=2^10^6;while(1)x=x*x'])
      expect((await ours('bc', Buffer.from(`${text}\n`))).status).toBe(1);
  });

  it('can be stopped in a loop without end', async () => {
    for (const text of ['while(1){}', 'for(;;)x=x+1', 'define f(){while(1)1}\nf()'])
      expect((await ours('timeout 0.3 bc >/dev/null', Buffer.from(`${text}\n`))).status).toBe(124);
  });

  it('gives what it has computed before it waits for more', async () => {
    const { stdout } = await ours(
      'coproc bc; echo 1+1 >&$' + '{COPROC[1]}; read x <&$' + '{COPROC[0]}; echo $x',
    );
    expect(stdout).toBe('2\n');
  });

  it('reads its data after its program where both come from standard input', async () => {
    expect((await ours('bc', Buffer.from('x=read()\n12\nx+1\n'))).stdout).toBe('13\n');
  });

  const token = fc.constantFrom(
    ...'1 0 x f( ( ) [ ] { } ; , + - * / ^ = == < ++ -- ! && || " \n if while( for( else return break define auto print read() sqrt( . last /* */ # \\ \\\n halt'.split(
      ' ',
    ),
    '\n',
    ' ',
  );

  it('reads any text to its end', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(token, { maxLength: 60 }), async (tokens) => {
        const text = tokens.join(' ');
        const { status } = await ours('timeout 2 bc >/dev/null 2>&1', Buffer.from(text));
        // A loop without end is stopped.
        expect([0, 1, 124]).toContain(status);
      }),
      { numRuns: 60 },
    );
  }, 120_000);
});
