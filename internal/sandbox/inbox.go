package sandbox

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	bolt "go.etcd.io/bbolt"
)

const maxMessages = 200 // what the inbox keeps

// Kind says what a [Message] carries. The empty Kind is that of a message
// which an older version kept: a code.
type Kind string

// The kinds of messages.
const (
	CodeMessage      Kind = "code"
	LinkMessage      Kind = "link"      // a magic link
	EnchantedMessage Kind = "enchanted" // three links, of which one is right
)

// Message is something that a real project would have sent to a person.
type Message struct {
	At      time.Time `json:"at"` // by the caller's clock (Options.Now), not the sandbox's
	Kind    Kind      `json:"kind"`
	Channel string    `json:"channel"`
	To      string    `json:"to"`
	LoginID string    `json:"login_id"`
	Code    string    `json:"code"`

	// Link is the link to press. An enchanted message holds three, in Links;
	// Link and LinkID are the right one of them then.
	Link   string         `json:"link,omitempty"`
	LinkID string         `json:"link_id,omitempty"`
	Links  []NumberedLink `json:"links,omitempty"`
}

// NumberedLink is one of the three links of an enchanted message, in the order
// of their numbers.
type NumberedLink struct {
	ID  string `json:"id"` // two digits
	URL string `json:"url"`
}

// Inbox returns the messages delivered so far, newest first.
func (s *Sandbox) Inbox(ctx context.Context) ([]Message, error) {
	messages := []Message{}
	err := s.store.view(ctx, func(tx *bolt.Tx) error {
		cursor := tx.Bucket([]byte(inboxBucket)).Cursor()
		for k, text := cursor.Last(); k != nil; k, text = cursor.Prev() {
			var m Message
			if err := json.Unmarshal(text, &m); err != nil {
				return err
			}
			messages = append(messages, m)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read inbox: %w", err)
	}
	return messages, nil
}

// post puts a message into the inbox, and drops the oldest beyond the limit.
func (c *call) post(m Message) error {
	m.At = c.box.opts.Now()
	inbox := c.tx.Bucket([]byte(inboxBucket))
	n, err := inbox.NextSequence()
	if err != nil {
		return err
	}
	if n > maxMessages {
		if err := inbox.Delete([]byte(messageKey(n - maxMessages))); err != nil {
			return err
		}
	}
	return put(c.tx, inboxBucket, messageKey(n), m)
}

// messageKey sorts like its number.
func messageKey(n uint64) string { return fmt.Sprintf("%016d", n) }
