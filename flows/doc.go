// Package flows has the guided tasks of a terminal sign-in as pure state
// machines: what is asked in which order, which outside work each step waits
// for, and what may be tried again. It knows no clock, no network, no keyring
// and no words; all that comes in with events and answers.
//
// # A flow and its driver
//
// A [Flow] is a value. Its driver, of which package ui has three, goes round:
//
//	for {
//		if o, over := f.Outcome(); over {
//			return o
//		}
//		show(f.Screen())                  // what to show, and which events mean something now
//		if task, open := f.Task(); open { // the outside work that the flow waits for
//			start(task)               // once: runner.Run answers with a Done, in its own time
//		}
//		f = f.Next(<-events)              // Submit, Pick, Back, Cancel, or a Done
//	}
//
// Next is the only way to move, and an event that means nothing here moves
// nothing: a driver may send what it likes. Work belongs to the state. When the
// task that a driver has running is no longer the flow's, by its ID, the driver
// cancels it; when its answer comes all the same, Next drops it. IDs are unique
// within one flow only, so the work of one flow must end before the next begins.
//
// A request is never repeated by itself. Whether a failed one may be sent again
// depends on what the answer was, and it is always a person's Enter that does.
//
// # What a state may hold
//
// A state is a small struct with exactly what exists in that situation, so that
// leaving it forgets: the enrolment key is in scan and nowhere else, a session
// only between its verification and its end. No [Screen] can hold a token, and
// none but scan's shows a secret. States never change; each has three methods:
// on(event), screen() and want().
//
// To add a step, write its state in the file of its task, let another state's
// on lead to it, add its [Step], and run the tests with -update: they walk every
// move, and redraw what is below.
//
// # The states
//
// A star marks a state that waits for its task; the others wait for a person.
// Failed is any failure but those that have a line of their own. With
// Plan.Force a live session is as good as none.
//
// Here begins the drawing, which go test -run Drawing -update makes.
//
//	Enroll  preparing* → naming → describing → signingUp* → scan → scan*
//	        → keeping* → over(Entered)
//	SignIn  preparing* → naming → entering → entering* → keeping*
//	        → over(Entered)
//
//	preparing*      does Prepare
//	    Prepared                → naming, describing, signingUp*, entering
//	    Prepared(live)          → replacing, over(Standing)
//	    Failed(no store)        → choosingStore
//	    Failed                  → stuck
//	    Cancel                  → over(Stopped)
//
//	choosingStore   offers a choice
//	    Pick InKernel           → switching*
//	    Pick ThisRun            → switching*
//	    Pick Stop               → over(Stopped)
//	    Cancel                  → over(Stopped)
//
//	switching*      does UseStore
//	    Prepared                → naming, describing, signingUp*, entering
//	    Prepared(live)          → replacing, over(Standing)
//	    Failed(no store)        → choosingStore
//	    Failed                  → stuck
//	    Cancel                  → over(Stopped)
//
//	replacing       offers a choice
//	    Pick KeepLive           → over(Stopped)
//	    Pick ReplaceLive        → naming, describing, signingUp*, entering
//	    Cancel                  → over(Stopped)
//
//	stuck           offers a choice
//	    Pick TryAgain           → preparing*, switching*, signingUp*
//	    Pick Stop               → over(Broken)
//	    Back                    → naming
//	    Cancel                  → over(Broken)
//
//	naming          asks for LoginID
//	    Submit                  → describing, signingUp*, entering, or naming again
//	    Cancel                  → over(Stopped)
//
//	describing      asks for Name, Email, Phone
//	    Submit                  → signingUp*, or describing again
//	    Back                    → naming, or describing again
//	    Cancel                  → over(Stopped)
//
//	signingUp*      does SignUp
//	    Enrolled                → scan
//	    Failed(UserExists)      → existing
//	    Failed                  → stuck
//	    Cancel                  → over(Stopped)
//
//	scan            asks for a code, shows the key
//	    Submit                  → scan*, or scan again
//	    Back                    → naming
//	    Cancel                  → over(Stopped)
//
//	scan*           does VerifyApp, shows the key
//	    SignedIn                → keeping*
//	    SignedIn(stranger)      → identifying
//	    Failed                  → scan
//	    Back                    → naming
//	    Cancel                  → over(Stopped)
//
//	existing        offers a choice
//	    Pick SignInInstead      → entering
//	    Pick OtherLoginID       → naming
//	    Pick Stop               → over(Stopped)
//	    Back                    → naming
//	    Cancel                  → over(Stopped)
//
//	entering        asks for a code
//	    Submit                  → entering*, or entering again
//	    Back                    → naming
//	    Cancel                  → over(Stopped)
//
//	entering*       does VerifyApp
//	    SignedIn                → keeping*
//	    SignedIn(stranger)      → identifying
//	    Failed(UserUnknown)     → unknown
//	    Failed                  → entering
//	    Back                    → naming
//	    Cancel                  → over(Stopped)
//
//	unknown         offers a choice
//	    Pick SignUpInstead      → describing
//	    Pick OtherLoginID       → naming
//	    Pick Stop               → over(Stopped)
//	    Back                    → naming
//	    Cancel                  → over(Stopped)
//
//	identifying     offers a choice, shows who was signed in
//	    Pick ThatIsMe           → keeping*
//	    Pick NotMe              → revoking*
//	    Cancel                  → revoking*
//
//	keeping*        does Keep
//	    Kept                    → over(Entered)
//	    Failed                  → unkept
//
//	unkept          offers a choice
//	    Pick TryAgain           → keeping*
//	    Pick Stop               → revoking*
//	    Cancel                  → revoking*
//
//	revoking*       does Revoke
//	    Revoked                 → over(Broken)
//	    Failed                  → over(Broken)
//
// Here ends the drawing.
package flows
