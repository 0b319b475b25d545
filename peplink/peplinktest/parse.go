package peplinktest

import (
	"bytes"
	"encoding/json"
)

// parseTree reads one JSON value and keeps its spelling to the byte. Strings may
// hold bytes that are no UTF-8: encoding/json lets them pass.
func parseTree(text []byte) (*node, error) {
	var valid json.RawMessage
	if err := json.Unmarshal(text, &valid); err != nil {
		return nil, err
	}
	p := parser{text: text}
	return p.value(), nil
}

// parser cuts up text that is known to be valid JSON.
type parser struct {
	text []byte
	at   int
}

func (p *parser) value() *node {
	switch p.next() {
	case '{':
		return p.members()
	case '[':
		return p.elements()
	}
	return &node{literal: p.scalar()}
}

// next is the first byte of the next token, without taking it.
func (p *parser) next() byte {
	for bytes.IndexByte([]byte(" \t\r\n"), p.text[p.at]) >= 0 {
		p.at++
	}
	return p.text[p.at]
}

// more takes the comma before the next member or element, or the end.
func (p *parser) more(end byte) bool {
	switch p.next() {
	case end:
		p.at++
		return false
	case ',':
		p.at++
	}
	return true
}

func (p *parser) members() *node {
	object := &node{kind: objectNode}
	p.at++
	for p.more('}') {
		p.next()
		object.names = append(object.names, spelling(p.scalar()))
		p.next() // the colon
		p.at++
		object.nodes = append(object.nodes, p.value())
	}
	return object
}

func (p *parser) elements() *node {
	array := &node{kind: arrayNode}
	p.at++
	for p.more(']') {
		array.nodes = append(array.nodes, p.value())
	}
	return array
}

// scalar takes a string, a number, or one of the three words.
func (p *parser) scalar() string {
	begin := p.at
	if p.text[p.at] != '"' {
		for p.at < len(p.text) && bytes.IndexByte([]byte(" \t\r\n,]}"), p.text[p.at]) < 0 {
			p.at++
		}
		return string(p.text[begin:p.at])
	}
	for p.at++; p.text[p.at] != '"'; p.at++ {
		if p.text[p.at] == '\\' {
			p.at++
		}
	}
	p.at++
	return string(p.text[begin:p.at])
}
