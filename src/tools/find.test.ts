/** find beside Debian's. The order of entries, owners, inodes and the sizes of directories differ: the output is sorted. */
import { describe, it } from 'vitest';
import { expectDebian, isDebian } from '../testing/debian.ts';

const made =
  'mkdir -p d/e/empty .h big; printf 12345 > b; head -c 5000 /dev/zero > big/a.txt; head -c 1300000 /dev/zero > big/B.log; : > big/none; ' +
  "touch d/f d/.g 'd/a b' 'd/x[1]y' d/e/F.TXT; ln -s b l; ln -s d ld; ln -s gone lx; ln b hard; chmod 750 big/a.txt; chmod 600 d/f; " +
  'touch -hd 2020-02-03T04:05:06.789 d/f l lx; touch -d 2021-01-01 b; touch -d "3 days ago" d/e/F.TXT; touch -d "90 minutes ago" big/none; ';
/** The status is shown before the sorted output. */
const then = (commands: readonly string[]): string =>
  made +
  commands.map((args) => `{ find ${args}; echo "status $?"; } < /dev/null | sort`).join('; ');
/** Several commands are told apart by ` ; ` and by lines; those of a line are run by one shell. */
const compared = (text: string): void => {
  const lines = text.trim().split('\n');
  it.each(lines.map((line) => line.trim()))('find %s', (line) =>
    expectDebian(then(line.split(' ; '))),
  );
};

describe.runIf(isDebian)('find tests files as Debian has it', () => {
  compared(String.raw`
    . ; d ; d/ ; .//d ; d b ; b ; l ; ld ; ld/ ; lx ; -H ld ; -L ld lx l ; -L . ; -P ld ; nosuch
    nosuch d ; "" ; b/x ; -- d ; -H -L -P ld ; -O3 d ; -O d ; -Ox d ; -type f ; -type d ; -type l
    -type f,l ; -type b,c,p,s,D ; -L . -type l ; -xtype l ; -xtype f ; -L . -xtype l ; -type x ; -type f,
    -type ff ; -type "" ; -type ; -xtype q ; -type f,x ; -name d ; -name "*.txt" ; -iname "*.txt"
    -name "?" ; -name "[a-c]" ; -name "[!a-c]" ; -name ".*" ; -name "*" ; -name "x\[1\]y" ; -name "x[[]1]y"
    -name "[[:upper:]]*" ; -name "a b" ; -name "" ; -name "[" ; -name . ; d/ -name d ; /dev/null/ -name x
    -path "./d/*" ; -path "*e*f" ; -ipath "./D/E*" ; -wholename ./b ; -iwholename ./B ; -path ./d/
    -path "./d*" -name f ; -lname b ; -lname "g*" ; -ilname D ; -L . -lname b ; -lname ; -size 1 -type f
    -size 0 -type f ; -size +1 -type f ; -size -1 -type f ; -size 5c ; -size +4999c -type f ; -size 5k
    -size 2M ; -size -2M -type f ; -size 3w -type f ; -size -1k -type f ; -size x ; -size 1q ; -size +
    -size ; -size "" ; -size 1x2 ; -size xc ; -size 1G -type f ; -perm 750 ; -perm -700 -type f
    -perm /u=x -type f ; -perm -u+rw,g+r -type f ; -perm u=rwx,g=rx -type f ; -perm -4000 ; -perm /0 -type f
    -perm /111 -type f ; -perm x ; -perm 9 ; -perm -u+q ; -perm /x ; -perm ; -perm "" ; -perm +111
    -perm 77777 ; -perm -a=r -type f ; -perm g=u -type f ; -perm u+X ; -empty ; -type d -empty
    -links 2 -type f ; -links +1 -type f ; -links -2 -type f ; -links x ; -links + ; -inum x ; -inum 0
    -samefile b ; -samefile l ; -L . -samefile b ; -samefile no ; -nouser ; -nogroup ; -user nosuch
    -group nosuch ; -uid x ; -gid x ; -user ; -true -name b ; -false ; -not -false -name b
  `);
});

describe.runIf(isDebian)('find compares times as Debian has it', () => {
  compared(`
    -newer d/f -name "[bl]" ; -newer nosuch ; -newer ; -anewer d/f -name b ; -cnewer d/f -name b
    -newermm d/f -name b ; -newermt 2020-06-01 -name "[bl]" ; ! -newermt 2020-06-01
    -newermt "2 days ago" -type f ; -newermt garbage ; -newermt ; -newerXY f ; -newerxm f ; -newerBm b
    -newermB b ; -newer l -name b ; -L . -newer l -name hard ; -mtime +1 -type f ; -mtime -1 -type f
    -mtime 3 ; -mtime +2 -type f ; -mtime 0 -type f ; -mtime +100 -type f ; -mtime 2.5 ; -mtime x ; -mtime
    -mtime +x ; -mmin +60 -type f ; -mmin -60 -type f ; -mmin -100 -type f ; -mmin +100 -type f
    -mmin 91 -type f ; -mmin 90 -type f ; -amin x ; -cmin -5 -type f ; -cmin +5 ; -ctime 0 -type f
    -ctime +0 ; -atime +400 -type f ; -daystart -mtime +3 -type f ; -daystart -mtime 3 -type f
    -daystart -mtime -3 -type f ; -daystart -mtime 4 ; -daystart -mmin +1500 -type f
  `);
});

describe.runIf(isDebian)('find joins tests as Debian has it', () => {
  compared(String.raw`
    -name b -o -name f ; -name b -or -type d -a -name d ; ! -type d -not -name b
    \( -name b -o -name f \) -print ; -name b -print -o -name f ; ! ! -name b ; ! \( -type d -o -type f \)
    -name b , -name f ; -name b -print , -name f -print ; -type f -o -type d -print
    -false -o -true -name b ; -false -a -print -o -name b -print ; -true -o -print ; -name b -and -print
    \( -name a ; -name a \) ; ! ; -a -name x ; -name x -o ; -name x -a ; -o -name x ; \( \)
    -false -print , ; , -print ; -print , , -print ; -not ; -print -not ; \( -print \) \) ; -print \(
    -name a \( ; -type f -a -o -print ; -type f ! -o -print ; -type f -not , -print ; -type f ! \)
    -name b -a \) ; \( -name b -o \) ; \( ! \) ; -foo ; -name ; -X ; -LH ; -E ; -name q b ; -name q b -print
    -name q nosuch ; -print b ; -quit x ; d -type f b ; -name - ; -print - ; -maxdepth 1 ; -maxdepth 0
    -mindepth 2 -type f ; -mindepth 1 -maxdepth 1 ; -maxdepth x ; -maxdepth ; -maxdepth -1 ; -mindepth x
    d b -maxdepth 0 ; -mindepth 9 ; -name d -prune ; -name d -prune -o -print
    -path ./d -prune -o -type f -print ; -depth -name d -prune -o -print ; -name d -prune -false -o -name f
    -xdev -name b ; -mount -name b ; -noleaf -name b ; -follow -name f ; -warn -name b ; -warn -name d/f
    -warn -iname d/f ; -warn -type f -maxdepth 1 ; -warn -name b -depth -mindepth 1
    -warn -nowarn -name d/f ; -warn -maxdepth 1 -name b
  `);

  it.each(['-depth', '-d', 'd -depth -mindepth 1'])('the folder comes last with %s', (args) =>
    expectDebian(`mkdir -p d/e/g; find ${args}`),
  );
  it('quits', () =>
    expectDebian(
      'mkdir -p a/b/c; find a -name b -print -quit; echo $?; find a a -quit; find a -depth -quit; find a -print -quit -print; find a -name b -quit -o -name x; find a -name c -quit , -true; find a ! -name x -o -quit',
    ));
  it('tells of a loop of links', () =>
    expectDebian('mkdir -p a/b; ln -s .. a/b/up; find -L a; echo $?; find a; find -L a -name x'));
});

describe.runIf(isDebian)('find matches regular expressions as Debian has it', () => {
  compared(String.raw`
    -regex "./d/.*" ; -regex d ; -regex ".*/\(f\|b\)" ; -regex ".*/f+" ; -regex ".*/(f|b)"
    -regex ".*/[a-f]" ; -iregex ".*TXT" ; -regex ".*x\[1\]y" ; -regex "\("
    -regextype posix-extended -regex ".*/(f|b)" ; -regextype egrep -regex ".*/[[:lower:]]{1,2}"
    -regextype posix-basic -regex ".*/[a-z]\{1,2\}" ; -regextype sed -iregex ".*/F"
    -regextype grep -regex ".*/\(b\|f\)" ; -regextype awk -regex ".*/(b|f)" ; -regextype foo ; -regextype
    -regextype posix-extended -regex "(" ; -regex ; -regex ".*/^b" ; -regex "\(./b\)$" ; -regex ".*{1}"
    -regextype emacs -regex ".*/l?d"
  `);
});
