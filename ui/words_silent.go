package ui

import "postern/client"

// What a script is asked for, and the flags that would have answered.

const codeFlags = "--code-stdin, --code-file or --code-command"

var (
	needsNewKey     = &AnswerNeeded{"a new key and its first code", []string{"--enrollment-out FILE", codeFlags}}
	needsCodesPlace = &AnswerNeeded{"where the recovery codes go", []string{"--out FILE or --json"}}
	needsCode       = &AnswerNeeded{"a code", []string{codeFlags}}
	needsPress      = &AnswerNeeded{"which link is pressed", nil}
	needsStore      = &AnswerNeeded{"where the session stays", []string{"--store"}}
	needsVoiding    = &AnswerNeeded{"whether recovery codes from before may become void", []string{"--force"}}
	needsEyes       = &AnswerNeeded{"which picture your phone reads", nil}
	needsMethod     = &AnswerNeeded{"which method", []string{"--method or --mfa"}}
	needsLoginID    = &AnswerNeeded{"who", []string{"a LOGIN_ID argument"}}
	needsEmail      = &AnswerNeeded{"where the code goes", []string{"--email"}}
	needsPhone      = &AnswerNeeded{"where the code goes", []string{"--phone"}}
)

// answerNames are what is asked for, where it has another name than a code.
var answerNames = map[client.Method]string{
	client.TOTP: "a code", client.Email: "a code", client.SMS: "a code", client.Voice: "a code", client.WhatsApp: "a code",
	client.Password: "the password", client.Recovery: "a recovery code", client.MagicLink: "the link in the mail",
}
