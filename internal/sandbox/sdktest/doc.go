// Package sdktest runs Descope's official SDKs against the sandbox, and lets
// them judge what the program prints. Whoever wrote neither is the one to ask.
//
// The checks stand in node/checks, one sentence each. The tables here name for
// each the project that it needs and the mistakes that it must notice: each
// mistake is made by a saboteur between the SDK and the sandbox, and a check
// that passes all the same fails the test. To see how each fails:
//
//	go test -v -run GoesRed ./internal/sandbox/sdktest
//
// The client is compared with the SDK as well: for each call, what both send.
package sdktest
