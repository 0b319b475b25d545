package main

import (
	"net"
)

// connection counts what passes to and from a router.
type connection struct {
	net.Conn
	router int
	record *record
}

func (c *connection) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.record.received.Add(int64(n))
	return n, err
}

func (c *connection) Write(b []byte) (int, error) {
	n, err := c.Conn.Write(b)
	c.record.transmitted.Add(int64(n))
	return n, err
}

// listener makes connections to one router.
type listener struct {
	net.Listener
	router int
	record *record
}

func (l *listener) Accept() (net.Conn, error) {
	plain, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	l.record.connections.Add(1)
	return &connection{Conn: plain, router: l.router, record: l.record}, nil
}
