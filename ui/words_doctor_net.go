package ui

import "time"

// What is wrong on the way to the service. No cause is quoted: the words of a
// resolver, a proxy or a portal are theirs.
var (
	NameUnknown   = Finding{"the host's name was not found", "Check the name, the DNS server and the network."}
	NameLiteral   = Finding{Found: "an address: nothing to resolve"}
	NameByProxy   = Finding{Found: "the proxy resolves it"}
	ProxyRefuses  = Finding{"the proxy let nothing through", "Ask who runs the proxy to allow the host; a proxy that wants a name takes it in HTTPS_PROXY."}
	NotConnected  = Finding{"no connection", "Check the network, the firewall, and the proxy if one is named above."}
	NoTLSNeeded   = Finding{Found: "plain http, on this computer only"}
	TLSStranger   = Finding{"the certificate is of an authority that is not trusted here", "Behind a company's proxy: put its certificate into a file and set SSL_CERT_FILE to it. Else somebody may be listening."}
	TLSOtherHost  = Finding{"the certificate is for another host", "Check the base URL. In a guest network sign in to its portal first."}
	TLSExpired    = Finding{"the certificate has expired, or is not valid yet", "Check this computer's date and time; else its owner has to renew it."}
	TLSFailed     = Finding{"no safe connection could be agreed on", "Check the base URL, and that a firewall or proxy passes TLS 1.2 or newer."}
	NotDescope    = Finding{"the reply is not Descope's", "Check the base URL. In a guest network sign in to its portal first."}
	NoKeys        = Finding{"the key set cannot be trusted", "Check the project id and the base URL."}
	ServiceRefuse = Finding{"Descope refused the project", "Check the project id, and that its region's host is used."}
	ServiceBusy   = Finding{"the service cannot answer now, or limits requests", "Try again in a minute."}
	NoReply       = Finding{"no reply came", "Try again; check the proxy and the firewall."}
	ClockUnknown  = Finding{Found: "the reply told no time"}
	ClockRight    = Finding{Found: "agrees with the service's, within 30 seconds"}
	NoProxy       = Finding{Found: "none is set"}
)

// NameFound counts the addresses of a name.
func NameFound(n int) Finding {
	return Finding{Found: Counted[Postable](n, "%s address", "%s addresses")}
}

// Connected says how long the connection took.
func Connected(took time.Duration, proxy bool) Finding {
	if proxy {
		return Finding{Found: Fill("to the proxy, in %s ms", Number(int(took.Milliseconds())))}
	}
	return Finding{Found: Fill("in %s ms", Number(int(took.Milliseconds())))}
}

// Certificate says how long a certificate is still valid.
func Certificate(version Postable, left time.Duration) Finding {
	f := Finding{Found: Fill("%s, the certificate ends in %s", version, Span(left))}
	if left < CertificateSoon {
		f.Do = "Its owner has to renew it soon."
	}
	return f
}

// KeySet counts the keys of a project.
func KeySet(n int, algorithms []Postable) Finding {
	return Finding{Found: Fill("the key set can be read: %s, %s", Counted[Postable](n, "%s key", "%s keys"), Listing(algorithms))}
}

// ClockDaysOff is a clock that is not allowed for.
var ClockDaysOff = Finding{
	"this computer's clock and the service's are more than a day apart",
	"Set the time to automatic. Until then no sign-in and no refresh is sent.",
}

// ClockOff is a clock that disagrees with the service's by so much; offset is
// the service's minus ours.
func ClockOff(offset time.Duration) Finding {
	way := Postable("slow")
	if offset < 0 {
		way = "fast"
	}
	return Finding{
		Fill("this computer's clock is %s %s", Span(offset.Abs()), way),
		"Postern allows for it; other programs and an authenticator on this computer do not. Set the time to automatic.",
	}
}

// ProxySet names the variables that are set, and whether one is for this host.
func ProxySet(names []Postable, used bool) Finding {
	form := Postable("%s set; not used for this host")
	if used {
		form = "%s set; used for this host"
	}
	return Finding{Found: Fill(form, Listing(names))}
}
