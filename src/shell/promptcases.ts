/** Scripts about prompts whose output, errors and status must be those of bash. What is the user's own, as the mark of root, is left out. */
const show = `p() { PS1=$1; printf '%s' "\${PS1@P}" | od -An -c; }`;

export const promptCases: { readonly [group: string]: readonly string[] } = {
  'escapes of prompts': [
    `${show}; p '\\[foo\\]x'; p '\\a\\e\\r\\n'; p '\\x55'; p '\\1004'; p '\\555'; p '\\0455'; p '\\'; p '\\\\'; p '\\z\\q'; p '\\0a'; p '\\45'; p '\\8'; p '\\s|\\#|\\!|\\j|\\l'; p '\\D'; p '\\D{%Y' | wc -c; p '\\D{x}y'; p '\\001a\\002'`,
    `exec 2>&1; ${show}; p '"a" \`echo b\` $(echo c) \\\`x\\\`'; p "'x'"; p '$((1+1)) \${x:-y}'; p '\${bad'; echo $?; false; x='$?'; echo "\${x@P}"; x='\\'; y=h; PS1='$x$y'; p "$PS1"; shopt -u promptvars; p '$HOME \\\\ $(x)'; a=('\\s' '\\101'); echo "\${a[@]@P}" "\${none@P}."`,
    `${show}; cd /tmp; HOME=/tmp; p '\\w|\\W'; mkdir -p '/tmp/l$x'$$'/b/c/d"e/f\`g'; cd '/tmp/l$x'$$'/b/c/d"e/f\`g'; PROMPT_DIRTRIM=2; p '\\w|\\W'; PROMPT_DIRTRIM=1; HOME=/; p '\\w'; cd /; p '\\w|\\W'; HOME=/tmp; p '\\w|\\W'; rm -r '/tmp/l$x'$$`,
    `exec 2>&1; for e in t T @ A d; do x="\\\\$e"; [[ \${x@P} =~ ^[A-Z0-9a-z:\\ ]+$ ]]; echo $?; done; PS4='\\s>'; set -x; echo a; PS4='+\\[x\\]'; echo b`,
  ],
};
