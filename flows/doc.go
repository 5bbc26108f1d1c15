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
//		f = f.Next(<-events)              // Submit, Pick, Back, … as Screen.Can says, or a Done
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
// # Factors
//
// A first factor makes a session. Another one goes on top of it, as a second
// factor or as a step-up: it is asked for in the same fields, and what it is for
// is the [Errand]. A delivered code carries its errand from the moment it is
// sent, a TOTP code when it is verified.
//
// A session is stored before the next factor is asked for, and giving up there
// keeps it: the [Outcome] says what is Missing. With Plan.RequireMFA nothing is
// stored before, and giving up ends the session at the server. A step-up is kept
// apart, so that the ordinary session goes on when it ends.
//
// Each message costs money and makes the code before it useless, so leaving a
// code's field and coming back never sends another: that takes a [Resend], not
// before the pause after the last one is over. A number that somebody typed here
// is shown before anything is sent to it.
//
// # Links
//
// A magic link is pasted where a code is typed, whole or its token alone. An
// enchanted link is opened anywhere, and waited for here: each poll is a task of
// its own, begun after a pause, and its answer says whether another one follows.
// Such a task is patient: the person may ask for another link or go elsewhere
// meanwhile, and a driver listens while it is at work.
//
// # Home
//
// [Home] is around the tasks: each picks up where it was begun, and when it is
// over, home looks who is signed in and shows that again, with what came of the
// task as its notice. A task that was begun at home moves as it does alone; only
// its end leads elsewhere. Its states are within(…) in the drawing.
//
// # Pictures
//
// [TryPictures] finds out which picture of a code can be read where one sits. It
// has no task: each picture holds a number, and who types one has read it.
//
// # What a state may hold
//
// A state is a small struct with exactly what exists in that situation, so that
// leaving it forgets: the enrolment key is in scan and nowhere else, a session
// only between its verification, or the look for a live one, and the end. No [Screen] can hold a token, and
// none but scan's shows a secret. States never change; each has three methods:
// on(event), screen() and want().
//
// To add a step, write its state in the file of its task, let another state's
// on lead to it, add its [Step], and run the tests with -update: they walk every
// move, and redraw what is below.
//
// # The states
//
// A star marks a state that waits for its task; the others wait for a person,
// and waiting* for either.
// Failed is any failure but those that have a line of their own. With
// Plan.Force a live session is as good as none.
//
// Here begins the drawing, which go test -run Drawing -update makes.
//
//	Enroll       preparing* → naming → describing → signingUp* → scan
//	             → scan* → keeping* → over(Entered)
//	  by SMS     preparing* → naming → describing → confirming → sending*
//	             → delivered → delivered* → keeping* → over(Entered)
//	SignIn       preparing* → naming → entering → entering* → keeping*
//	             → over(Entered)
//	  with MFA   preparing* → naming → entering → entering* → keeping*
//	             → sending* → delivered → delivered* → keeping*
//	             → over(Entered)
//	  by link    preparing* → naming → sending* → waiting* → keeping*
//	             → over(Entered)
//	  pasted     preparing* → naming → sending* → pasting → pasting*
//	             → keeping* → over(Entered)
//	SecondFactor looking* → choosing → sending* → delivered → delivered*
//	             → keeping* → over(Entered)
//	StepUp       looking* → choosing → entering → entering* → keeping*
//	             → over(Entered)
//	Replace      looking* → choosing → sending* → delivered → delivered*
//	             → keeping* → warning → renewing* → scan → scan*
//	             → keeping* → over(Entered)
//	Home         surveying* → home → within(preparing*) → within(naming)
//	             → within(entering) → within(entering*) → within(keeping*)
//	             → surveying* → home → glancing* → signingOut*
//	             → surveying* → home → over(Left)
//	  password   preparing* → naming → typing → typing* → keeping*
//	             → over(Entered)
//	  new to it  preparing* → naming → learning* → inventing → repeating
//	             → setting* → keeping* → over(Entered)
//	Reset        preparing* → naming → resetting* → pasting → pasting*
//	             → learning* → inventing → repeating → setting* → keeping*
//	             → over(Entered)
//	Change       looking* → recalling → learning* → inventing → repeating
//	             → setting* → keeping* → over(Entered)
//	Codes        looking* → voiding → making* → noting → over(Made)
//	Pictures     trying → over(Seen)
//	Answer       preparing* → delivered → delivered* → keeping*
//	             → over(Entered)
//
//	preparing*      does Prepare
//	    Prepared                → resuming, naming, describing, choosing, confirming, sending*, delivered, signingUp*, entering, typing, learning*, resetting*
//	    Prepared(live)          → replacing, looking*, delivered, over(Standing)
//	    Failed(no store)        → choosingStore
//	    Failed(damaged)         → mending
//	    Failed(locked)          → unlocking
//	    Failed                  → stuck
//	    Cancel                  → over(Stopped)
//
//	choosingStore   offers a choice
//	    Pick InKernel           → switching*
//	    Pick InPassphrase       → switching*
//	    Pick InKeyFile          → switching*
//	    Pick ThisRun            → switching*
//	    Pick Stop               → over(Stopped)
//	    Cancel                  → over(Stopped)
//
//	switching*      does UseStore
//	    Prepared                → resuming, naming, describing, choosing, confirming, sending*, delivered, signingUp*, entering, typing, learning*, resetting*
//	    Prepared(live)          → replacing, looking*, delivered, over(Standing)
//	    Failed(no store)        → choosingStore
//	    Failed(damaged)         → mending
//	    Failed(locked)          → unlocking
//	    Failed                  → stuck
//	    Cancel                  → over(Stopped)
//
//	unlocking       asks for Passphrase, NewPassphrase
//	    Submit                  → opening*, or unlocking again
//	    Cancel                  → revoking*, over(Stopped)
//
//	opening*        does Unlock
//	    Unlocked                → preparing*, switching*, overlooking*, looking*, rehousing*, surveying*, glancing*
//	    Failed(wrong passphrase) → unlocking
//	    Failed                  → stuck, unkept
//	    Cancel                  → revoking*, over(Stopped)
//
//	mending         offers a choice
//	    Pick OverDamaged        → overlooking*
//	    Pick Stop               → over(Broken)
//	    Cancel                  → over(Broken)
//
//	overlooking*    does Overlook
//	    Prepared                → resuming, naming, describing, choosing, confirming, sending*, delivered, signingUp*, entering, typing, learning*, resetting*
//	    Prepared(live)          → replacing, looking*, delivered, over(Standing)
//	    Failed(no store)        → choosingStore
//	    Failed(locked)          → unlocking
//	    Failed                  → stuck
//	    Cancel                  → over(Stopped)
//
//	resuming        offers a choice
//	    Pick StartOver          → signingUp*
//	    Pick HaveTheKey         → entering
//	    Pick OtherLoginID       → naming
//	    Pick Stop               → over(Stopped)
//	    Cancel                  → over(Stopped)
//
//	replacing       offers a choice
//	    Pick KeepLive           → over(Stopped)
//	    Pick ReplaceLive        → resuming, naming, describing, choosing, confirming, sending*, delivered, signingUp*, entering, typing, learning*, resetting*
//	    Cancel                  → over(Stopped)
//
//	looking*        does Current
//	    Present                 → choosing, sending*, delivered, renewing*, entering, recalling, voiding
//	    Present(both)           → choosing, delivered, entering, recalling, voiding, over(Standing)
//	    Failed(locked)          → unlocking
//	    Failed(NotSignedIn)     → over(Broken)
//	    Failed(Ended)           → over(Broken)
//	    Failed                  → stuck
//	    Cancel                  → over(Stopped)
//
//	stuck           offers a choice
//	    Pick TryAgain           → preparing*, switching*, unlocking, overlooking*, looking*, describing, confirming, sending*, signingUp*, renewing*, entering, surveying*, glancing*, typing, learning*, resetting*, making*
//	    Pick Stop               → revoking*, over(Broken), over(Entered)
//	    Pick OtherMethod        → choosing
//	    Back                    → naming
//	    Cancel                  → revoking*, over(Broken), over(Entered)
//
//	naming          asks for LoginID
//	    Submit                  → describing, choosing, confirming, sending*, delivered, pasting, waiting*, signingUp*, entering, typing, learning*, resetting*, or naming again
//	    Cancel                  → over(Stopped)
//
//	describing      asks for Name, Email, Phone
//	    Submit                  → confirming, sending*, delivered, pasting, waiting*, signingUp*, learning*, or describing again
//	    Back                    → naming, or describing again
//	    Cancel                  → over(Stopped)
//
//	choosing        offers a choice, shows the methods
//	    Pick ByTOTP             → signingUp*, entering
//	    Pick ByLink             → describing, sending*, waiting*
//	    Pick ByEmail            → describing, sending*, delivered
//	    Pick BySMS              → describing, confirming, sending*, delivered
//	    Pick ByVoice            → describing, confirming, sending*, delivered
//	    Pick ByWhatsApp         → describing, confirming, sending*
//	    Pick ByMagicLink        → sending*, pasting
//	    Pick ByPassword         → typing, learning*
//	    Pick Stop               → revoking*, over(Stopped), over(Entered)
//	    Pick ByRecovery         → typing
//	    Pick ByMagicSMS         → confirming, sending*, pasting
//	    Pick ByMagicWhatsApp    → confirming, sending*
//	    Pick NoneOfThese        → stranded
//	    Back                    → naming
//	    Cancel                  → revoking*, over(Stopped), over(Entered)
//
//	confirming      offers a choice, shows where it goes
//	    Pick Send               → sending*
//	    Pick OtherMethod        → choosing
//	    Pick OtherLoginID       → naming
//	    Back                    → naming, describing
//	    Cancel                  → over(Stopped)
//
//	sending*        does SendCode, shows where it goes
//	    Delivered               → delivered, pasting, waiting*
//	    Failed(UserExists)      → stuck, delivered, pasting, waiting*, existing
//	    Failed(UserUnknown)     → stuck, delivered, pasting, waiting*, unknown
//	    Failed(NotSignedIn)     → stuck, delivered, pasting, waiting*, over(Broken)
//	    Failed(Ended)           → stuck, delivered, pasting, waiting*, over(Broken)
//	    Failed                  → stuck, delivered, pasting, waiting*
//	    Cancel                  → revoking*, over(Stopped), over(Entered)
//
//	delivered       asks for a code, shows where it went
//	    Another                 → choosing
//	    Resend                  → sending*, or delivered again
//	    Submit                  → delivered*, or delivered again
//	    Back                    → naming, choosing
//	    Cancel                  → revoking*, over(Stopped), over(Entered)
//
//	delivered*      does Pause, VerifyCode, shows where it went
//	    SignedIn                → choosing, sending*, keeping*
//	    SignedIn(more)          → choosing, sending*, keeping*
//	    SignedIn(alone)         → choosing, sending*, keeping*
//	    SignedIn(stranger)      → choosing, identifying, keeping*
//	    Paused                  → delivered*
//	    Failed(method closed)   → stuck, delivered
//	    Failed(UserUnknown)     → delivered, unknown
//	    Failed(NotSignedIn)     → delivered, over(Broken)
//	    Failed(Ended)           → delivered, over(Broken)
//	    Failed                  → delivered
//	    Back                    → naming, choosing
//	    Cancel                  → revoking*, over(Stopped), over(Entered)
//
//	pasting         asks for a link, shows where it went
//	    Another                 → choosing
//	    Resend                  → sending*, resetting*, or pasting again
//	    Submit                  → pasting*, or pasting again
//	    Back                    → naming, choosing
//	    Cancel                  → revoking*, over(Stopped), over(Entered)
//
//	pasting*        does Pause, VerifyCode, shows where it went
//	    SignedIn                → choosing, sending*, keeping*, learning*
//	    SignedIn(more)          → choosing, sending*, keeping*, learning*
//	    SignedIn(alone)         → choosing, sending*, keeping*, learning*
//	    SignedIn(stranger)      → choosing, identifying, keeping*, revoking*
//	    Paused                  → pasting*
//	    Failed(method closed)   → stuck, pasting
//	    Failed(UserUnknown)     → pasting, unknown
//	    Failed(NotSignedIn)     → pasting, over(Broken)
//	    Failed(Ended)           → pasting, over(Broken)
//	    Failed                  → pasting
//	    Back                    → naming, choosing
//	    Cancel                  → revoking*, over(Stopped), over(Entered)
//
//	waiting*        does Poll, shows its number
//	    Another                 → choosing
//	    Resend                  → sending*, resetting*, or waiting* again
//	    SignedIn                → choosing, sending*, keeping*, learning*
//	    SignedIn(more)          → choosing, sending*, keeping*, learning*
//	    SignedIn(alone)         → choosing, sending*, keeping*, learning*
//	    SignedIn(stranger)      → choosing, identifying, keeping*, revoking*
//	    Failed(method closed)   → stuck
//	    Failed(Unreachable)     → waiting*
//	    Failed(Unknown)         → waiting*
//	    Failed(RateLimited)     → waiting*
//	    Failed(UserUnknown)     → unopened, unknown
//	    Failed(NotSignedIn)     → unopened, over(Broken)
//	    Failed(Ended)           → unopened, over(Broken)
//	    Failed(Pending)         → waiting*
//	    Failed(Unavailable)     → waiting*
//	    Failed                  → unopened
//	    Back                    → naming, choosing
//	    Cancel                  → revoking*, over(Stopped), over(Entered)
//
//	unopened        offers a choice
//	    Pick SendAgain          → sending*, resetting*
//	    Pick OtherMethod        → choosing
//	    Pick Stop               → revoking*, over(Stopped), over(Entered)
//	    Back                    → naming
//	    Cancel                  → revoking*, over(Stopped), over(Entered)
//
//	signingUp*      does SignUp
//	    Enrolled                → scan
//	    Failed(UserExists)      → existing
//	    Failed                  → stuck
//	    Cancel                  → over(Stopped)
//
//	warning         offers a choice
//	    Pick GoOn               → renewing*
//	    Pick Stop               → over(Stopped)
//	    Cancel                  → over(Stopped)
//
//	renewing*       does NewKey
//	    Enrolled                → scan
//	    Failed(NotSignedIn)     → over(Broken)
//	    Failed(Ended)           → over(Broken)
//	    Failed                  → stuck
//	    Cancel                  → over(Stopped)
//
//	scan            asks for a code, shows the key
//	    Another                 → choosing
//	    Submit                  → scan*, or scan again
//	    Back                    → naming, warning
//	    Cancel                  → over(Stopped)
//
//	scan*           does Pause, VerifyCode, shows the key
//	    SignedIn                → sending*, keeping*
//	    SignedIn(more)          → sending*, keeping*
//	    SignedIn(alone)         → choosing, sending*, keeping*
//	    SignedIn(stranger)      → identifying, keeping*
//	    Paused                  → scan*
//	    Failed(NotSignedIn)     → scan, over(Broken)
//	    Failed(Ended)           → scan, over(Broken)
//	    Failed                  → scan
//	    Back                    → naming, warning
//	    Cancel                  → over(Stopped)
//
//	existing        offers a choice
//	    Pick SignInInstead      → entering
//	    Pick ByCode             → choosing
//	    Pick OtherLoginID       → naming
//	    Pick Stop               → over(Stopped)
//	    Pick SendInstead        → confirming, sending*
//	    Pick OtherMethod        → choosing
//	    Pick PasswordInstead    → typing
//	    Back                    → naming
//	    Cancel                  → over(Stopped)
//
//	entering        asks for a code
//	    Another                 → choosing
//	    Lost                    → choosing
//	    Submit                  → entering*, or entering again
//	    Back                    → naming, choosing
//	    Cancel                  → revoking*, over(Stopped), over(Entered)
//
//	entering*       does Pause, VerifyCode
//	    SignedIn                → choosing, sending*, keeping*
//	    SignedIn(more)          → choosing, sending*, keeping*
//	    SignedIn(alone)         → choosing, sending*, keeping*
//	    SignedIn(stranger)      → choosing, identifying, keeping*
//	    Paused                  → entering*
//	    Failed(method closed)   → stuck, entering
//	    Failed(UserUnknown)     → entering, unknown
//	    Failed(NotSignedIn)     → entering, over(Broken)
//	    Failed(Ended)           → entering, over(Broken)
//	    Failed                  → entering
//	    Back                    → naming, choosing
//	    Cancel                  → revoking*, over(Stopped), over(Entered)
//
//	unknown         offers a choice
//	    Pick SignUpInstead      → describing
//	    Pick OtherLoginID       → naming
//	    Pick Stop               → over(Stopped)
//	    Back                    → naming
//	    Cancel                  → over(Stopped)
//
//	stranded        offers a choice
//	    Pick OtherMethod        → choosing
//	    Pick OtherLoginID       → naming
//	    Pick Stop               → over(Stopped)
//	    Back                    → naming
//	    Cancel                  → over(Stopped)
//
//	identifying     offers a choice, shows who was signed in
//	    Pick ThatIsMe           → sending*, keeping*
//	    Pick NotMe              → revoking*
//	    Cancel                  → revoking*
//
//	keeping*        does Keep
//	    Kept                    → choosing, sending*, warning, over(Entered), over(Broken)
//	    Failed                  → unkept
//
//	unkept          offers a choice
//	    Pick TryAgain           → keeping*
//	    Pick Stop               → revoking*, over(Broken), over(Entered)
//	    Pick InKeyring          → rehousing*
//	    Pick ThisRun            → rehousing*
//	    Cancel                  → revoking*, over(Broken), over(Entered)
//
//	rehousing*      does UseStore
//	    Prepared                → keeping*
//	    Prepared(live)          → keeping*
//	    Failed(locked)          → unlocking
//	    Failed                  → unkept
//	    Cancel                  → revoking*
//
//	revoking*       does Revoke
//	    Revoked                 → stuck, over(Broken), over(Stopped)
//	    Failed                  → over(Broken), over(Stopped)
//
//	surveying*      does Survey
//	    Surveyed                → home
//	    Surveyed(both)          → home
//	    Surveyed(nobody)        → home
//	    Failed(locked)          → unlocking
//	    Failed                  → stuck
//	    Cancel                  → over(Stopped)
//
//	home            offers a choice, shows who is signed in
//	    Pick ToAddFactor        → glancing*
//	    Pick ToStepUp           → glancing*
//	    Pick ToReplaceApp       → glancing*
//	    Pick ToSwitch           → glancing*
//	    Pick ToSignOut          → glancing*
//	    Pick Leave              → over(Left)
//	    Pick ToSignIn           → within(preparing*)
//	    Pick ToSignUp           → within(preparing*)
//	    Cancel                  → over(Stopped)
//
//	glancing*       does Survey
//	    Surveyed                → within(looking*), within(preparing*), signingOut*
//	    Surveyed(both)          → within(looking*), within(preparing*), signingOut*
//	    Surveyed(nobody)        → home
//	    Failed(locked)          → unlocking
//	    Failed                  → stuck
//	    Cancel                  → over(Stopped)
//
//	signingOut*     does SignOut
//	    SignedOut               → surveying*
//	    Failed                  → surveying*
//
//	typing          asks for Password, RecoveryCode
//	    Submit                  → typing*, denied, or typing again
//	    Back                    → naming, choosing
//	    Cancel                  → revoking*, over(Stopped), over(Entered)
//
//	typing*         does Pause, VerifyCode
//	    SignedIn                → choosing, sending*, keeping*
//	    SignedIn(more)          → choosing, sending*, keeping*
//	    SignedIn(alone)         → choosing, sending*, keeping*
//	    SignedIn(stranger)      → choosing, identifying, keeping*
//	    Paused                  → typing*
//	    Failed(method closed)   → stuck, typing
//	    Failed(WrongCode)       → typing, denied
//	    Failed(CodeExpired)     → typing, denied
//	    Failed(UserUnknown)     → unknown, typing
//	    Failed(NotSignedIn)     → typing, over(Broken)
//	    Failed(Ended)           → typing, over(Broken)
//	    Failed(Denied)          → typing, denied
//	    Failed(PasswordExpired) → typing, denied, learning*
//	    Failed                  → typing
//	    Back                    → naming, choosing
//	    Cancel                  → revoking*, over(Stopped), over(Entered)
//
//	denied          offers a choice
//	    Pick TryAgain           → typing
//	    Pick ResetByMail        → resetting*
//	    Pick OtherMethod        → choosing
//	    Pick Stop               → revoking*, over(Stopped), over(Entered)
//	    Back                    → typing
//	    Cancel                  → revoking*, over(Stopped), over(Entered)
//
//	learning*       does LearnPolicy
//	    Learned                 → inventing
//	    Failed(method closed)   → inventing
//	    Failed                  → stuck, inventing
//	    Cancel                  → revoking*, over(Stopped)
//
//	inventing       asks for NewPassword, shows what is wanted of it
//	    Submit                  → repeating, or inventing again
//	    Back                    → naming, describing, typing, recalling
//	    Cancel                  → revoking*, over(Stopped)
//
//	repeating       asks for RepeatPassword
//	    Submit                  → inventing, setting*, or repeating again
//	    Back                    → inventing
//	    Cancel                  → revoking*, over(Stopped)
//
//	setting*        does ReplacePassword, SetPassword, SignUpPassword
//	    SignedIn                → choosing, sending*, keeping*
//	    SignedIn(more)          → choosing, sending*, keeping*
//	    SignedIn(alone)         → choosing, sending*, keeping*, revoking*
//	    SignedIn(stranger)      → identifying, revoking*
//	    PasswordSet             → choosing, sending*, keeping*
//	    Failed(method closed)   → stuck, revoking*
//	    Failed(UserExists)      → existing, inventing
//	    Failed(NotSignedIn)     → inventing, over(Broken)
//	    Failed(Ended)           → inventing, over(Broken)
//	    Failed(Denied)          → denied, inventing, recalling
//	    Failed                  → inventing
//	    Cancel                  → revoking*, over(Stopped)
//
//	recalling       asks for OldPassword
//	    Submit                  → learning*, or recalling again
//	    Cancel                  → over(Stopped)
//
//	resetting*      does ResetPassword
//	    ResetSent               → pasting
//	    ResetSent(enchanted)    → waiting*
//	    Failed(UserUnknown)     → pasting, waiting*, unknown
//	    Failed                  → stuck, pasting, waiting*
//	    Cancel                  → over(Stopped)
//
//	voiding         offers a choice
//	    Pick GoOn               → making*
//	    Pick Stop               → over(Stopped)
//	    Cancel                  → over(Stopped)
//
//	making*         does MakeCodes
//	    CodesMade               → noting
//	    CodesMade(handed over)  → over(Made)
//	    Failed(NotSignedIn)     → over(Broken)
//	    Failed(Ended)           → over(Broken)
//	    Failed                  → stuck
//
//	noting          offers a choice, shows the codes
//	    Pick Noted              → over(Made)
//	    Cancel                  → over(Made)
//
//	trying          asks for the number in a picture
//	    Submit                  → over(Seen), or trying again
//	    Cancel                  → over(Stopped)
//
// Here ends the drawing.
package flows
