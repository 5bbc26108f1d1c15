// Package sdktest runs Descope's official SDKs against the sandbox, and lets
// them judge what the program prints. Whoever wrote neither is the one to ask.
package sdktest
