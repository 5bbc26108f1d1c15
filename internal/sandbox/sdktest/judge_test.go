package sdktest

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"

	"postern/internal/needs"
	"postern/internal/sandbox"
)

// check is a check of node/checks by its name, with the project it needs and
// the mistakes that it must notice.
type check struct {
	name    string
	project func(*sandbox.Options) // nil: a project as it is by default
	notices []sabotage
}

func allChecks() []check {
	return slices.Concat(totpChecks, otpChecks(), enchantedChecks, magicChecks(), factorChecks, passwordChecks, projectChecks, sessionChecks, selfChecks,
		cookieChecks, managementChecks, faultChecks)
}

// run is one run of a check, as judge.mjs reads it.
type run struct {
	ID                string `json:"id"`
	Check             string `json:"check"`
	Base              string `json:"base"`
	Control           string `json:"control"`
	Now               int64  `json:"now"` // of the sandbox's clock, epoch seconds
	ProjectID         string `json:"projectId"`
	ManagementKey     string `json:"managementKey"`
	AuthManagementKey string `json:"authManagementKey"`
}

// result is what judge.mjs says of a run.
type result struct {
	ID       string `json:"id"`
	Passed   bool   `json:"passed"`
	Asserted bool   `json:"asserted"` // it failed by an assertion, not by chance
	Error    string `json:"error"`
}

// nodeSDK ends the test where the Node SDK is not installed.
func nodeSDK(t *testing.T) (node string) {
	t.Helper()
	node = needs.Tool(t, "node")
	_, err := os.Stat("node/node_modules/@descope/node-sdk")
	needs.Part(t, "@descope/node-sdk (npm ci in internal/sandbox/sdktest/node)", err)
	return node
}

// runNode runs a script of this folder and returns its lines.
func runNode(t *testing.T, node string, input any, args ...string) [][]byte {
	t.Helper()
	text, err := json.Marshal(input)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), node, args...)
	cmd.Dir = "node"
	cmd.Stdin = bytes.NewReader(text)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("node %s: %v\n%s", strings.Join(args, " "), err, stderr.String())
	}
	return bytes.Split(bytes.TrimSpace(out), []byte("\n"))
}

// add opens a sandbox for one run. broken is nil for one that is as it should be.
func (b *bench) add(c check, broken *sabotage) run {
	b.t.Helper()
	id := strconv.Itoa(len(b.desks))
	project := c.project
	d := (*desk)(nil)
	switch {
	case broken == nil:
		d = b.open(id, project, nil)
	case broken.setting != nil:
		d = b.open(id, broken.setting, nil)
	default:
		d = b.open(id, project, broken.between)
	}
	return run{
		ID: id, Check: c.name, Base: b.url + "/" + id, Control: b.url + "/control/" + id, Now: d.clock.now().Unix(),
		ProjectID: b.identity.ProjectID, ManagementKey: b.identity.ManagementKey, AuthManagementKey: b.identity.AuthManagementKey,
	}
}

// judge lets the SDK carry out runs, and returns each result by its id.
func judge(t *testing.T, node string, runs []run) map[string]result {
	t.Helper()
	results := map[string]result{}
	for _, line := range runNode(t, node, runs, "judge.mjs") {
		var r result
		if err := json.Unmarshal(line, &r); err != nil {
			t.Fatalf("node printed %q: %v", line, err)
		}
		results[r.ID] = r
	}
	return results
}

func TestEachCheckOfTheNodeSDKPasses(t *testing.T) {
	t.Parallel()
	node := nodeSDK(t)
	b := newBench(t)
	checks := allChecks()
	var runs []run
	for _, c := range checks {
		runs = append(runs, b.add(c, nil))
	}
	results := judge(t, node, runs)
	for i, c := range checks {
		t.Run(c.name, func(t *testing.T) {
			if r := results[runs[i].ID]; !r.Passed {
				t.Errorf("got a failure, want none: %s", r.Error)
			}
		})
	}
}

func TestEachCheckOfTheNodeSDKGoesRed(t *testing.T) {
	t.Parallel()
	node := nodeSDK(t)
	b := newBench(t)
	checks := allChecks()
	var runs []run
	ids := map[*sabotage]string{}
	for _, c := range checks {
		for i := range c.notices {
			r := b.add(c, &c.notices[i])
			runs, ids[&c.notices[i]] = append(runs, r), r.ID
		}
	}
	results := judge(t, node, runs)
	for _, c := range checks {
		t.Run(c.name, func(t *testing.T) {
			if len(c.notices) == 0 {
				t.Error("nothing was broken for it: it may be unable to fail")
			}
			for i := range c.notices {
				s := &c.notices[i]
				r := results[ids[s]]
				t.Run(s.name, func(t *testing.T) {
					if r.Passed || !r.Asserted {
						t.Errorf("got passed %v %s, want a failed assertion", r.Passed, r.Error)
					}
					t.Log(strings.SplitN(r.Error, "\n    at ", 2)[0])
				})
			}
		})
	}
}

func TestEachVariantOfTheSandboxIsNoticed(t *testing.T) {
	var noticed []string
	for _, c := range allChecks() {
		for _, s := range c.notices {
			noticed = append(noticed, s.name)
		}
	}
	for _, name := range sandbox.Variants() {
		if !slices.Contains(noticed, variant(name).name) {
			t.Errorf("no check notices the variant %s", name)
		}
	}
}

func TestChecksAreListedOnBothSides(t *testing.T) {
	var here []string
	for _, c := range allChecks() {
		here = append(here, c.name)
	}
	sameNames(t, "judge.mjs", here)
}

// sameNames compares the names that a script lists with those of a table.
func sameNames(t *testing.T, script string, here []string) {
	t.Helper()
	var there []string
	if err := json.Unmarshal(runNode(t, nodeSDK(t), nil, script, "--list")[0], &there); err != nil {
		t.Fatal(err)
	}
	slices.Sort(here)
	slices.Sort(there)
	if len(slices.Compact(slices.Clone(here))) != len(here) {
		t.Error("two of the table have one name")
	}
	for _, name := range there {
		if _, found := slices.BinarySearch(here, name); !found {
			t.Errorf("%q is in %s and not in the table", name, script)
		}
	}
	for _, name := range here {
		if _, found := slices.BinarySearch(there, name); !found {
			t.Errorf("%q is in the table and not in %s", name, script)
		}
	}
}
