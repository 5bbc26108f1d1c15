package sandbox

// landingPath is the page of the sandbox that links lead to by default.
const landingPath = "/sandbox/link"
