#!/bin/sh
# What the agent wrote is run apart: for it neither these tests nor their reward exist.
confine python - > /tmp/results <<'EOF'
import contextlib, io, json, runpy, sys

cases = ["1+2*3", "(1+2)*3", "2^3^2", "-2^2", "2^-1", "7/2", "1/3", " 10 - 4 - 3 ", "2*(3+(4-1))", "0.5+.25",
         "--3", "10/5", "1+", "(1", "1 2", "2**3", "abs(1)", "", "1/0", "3/(2-2)"]
for case in cases:
    out, err, code = io.StringIO(), io.StringIO(), 0
    sys.argv = ["calc.py", case]
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            runpy.run_path("/app/calc.py", run_name="__main__")
    except SystemExit as error:
        code = error.code
        if isinstance(code, str):
            err.write(code)
            code = 1
    except BaseException as error:
        code = 99
    print(json.dumps([case, out.getvalue().strip(), err.getvalue().strip(), code or 0]), file=sys.__stdout__)
EOF
if pytest /tests/test_outputs.py -rA; then reward=1; else reward=0; fi
echo $reward > /logs/verifier/reward.txt
