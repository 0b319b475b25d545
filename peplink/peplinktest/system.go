package peplinktest

import "time"

// rebootTime is how long a router is off for a reboot that the API asks for.
const rebootTime = 90 * time.Second

// reboot is POST cmd.system.reboot. It answers before it goes off.
func (r *Router) reboot(c *call) answer {
	const document = "info.firmware"
	if c.arguments["firmwareId"] != nil {
		firmware, err := r.documents.current(document)
		id := c.id("firmwareId")
		if bootable := firmware.member(id).member("bootable"); err != nil || bootable == nil || bootable.literal != "true" {
			return invalidParameter("firmwareId")
		}
		for i, name := range firmware.names {
			if firmware.nodes[i].kind == objectNode {
				r.change(document, "/"+name.name()+"/inUse", name.name() == id)
			}
		}
	}
	r.note("Reboot")
	r.unstage()
	r.Reboot(rebootTime)
	return success(nil, "")
}

// switchAP is POST cmd.ap. Without an access point it changes nothing.
func (r *Router) switchAP(c *call) answer {
	const document = "cmd.ap"
	if supported, _ := r.Value(document, "/support"); supported == true {
		r.change(document, "/enable", c.yes("enable"))
	}
	tree, _ := r.documents.current(document)
	return success(tree.json(), r.model.Notices[document])
}
