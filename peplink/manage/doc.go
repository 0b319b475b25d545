// Package manage changes things on a router: what package peplink reads, this package acts
// on. Each function is one operation of the vendor's Router API documentation ("API
// document"), and works through a [peplink.Client], whose session has to have the permission
// that the function names: read-only and read-write are scopes of API clients and rights of
// users; admin is an administrator who logged in with username and password (API document,
// Permission).
//
// What acts is asked for once. Nothing is repeated after a time-out, a broken connection or
// the router's "Internal Error": then the caller does not know whether it was done, and has
// to look. Of a list, 64 things are read; those beyond are counted as unreadable. An error with reason [peplink.ReasonForbidden] says that the permission is
// missing; one that is [ErrInvalid], that the router was not asked.
//
// All operations of the vendor's list that package peplink does not have, what they do to
// the simulated router of package peplinktest, and the test that says so:
//
//	GET auth.client                        APIClients       lists clients with secrets             TestAPIClients
//	POST auth.client (add)                 AddAPIClient     a client that is granted tokens        TestAPIClients
//	POST auth.client (remove)              RemoveAPIClient  the client's tokens end                TestAPIClients
//	GET auth.client.token                  Tokens           lists the valid tokens                 TestAPIClients
//	POST auth.token.revoke                 RevokeToken      the token of another ends              TestRevokeToken
//	POST cmd.config.apply                  ApplyConfig      what was pending shows                 TestPriorities
//	POST cmd.config.discard                DiscardConfig    what was pending is lost               TestPriorities
//	POST cmd.sms.sendMessage               SendMessage      the message is in the router's list    TestMessage
//	POST cmd.system.reboot                 Reboot           off for a while, all sessions lost     TestReboot
//	POST cmd.ap                            SetAccessPoint   cmd.ap tells it                        TestAccessPoint
//	POST cmd.cellularModule.rescanNetwork  RescanNetwork    a line in the event log                TestModules
//	POST cmd.cellularModule.reset          ResetModule      the WAN's uptime begins anew           TestModules
//	POST cmd.wan.cellular                  SetSIMs          cmd.wan.cellular tells it              TestSIMs
//	POST cmd.wifi.connect                  ConnectWiFi      the WAN is up, with a new profile      TestWiFi
//	POST cmd.wifi.disconnect               DisconnectWiFi   the WAN is down                        TestWiFi
//	POST cmd.wifi.forget                   ForgetWiFi       the profile is gone                    TestWiFi
//	GET cmd.wifi.scan                      ScanWiFi         lists the networks in reach            TestScan
//	POST config.ssid.profile               UpdateSSID       config.ssid.profile tells it           TestUpdateSSID
//	POST config.wan.connection.priority    SetPriorities    pending, or shows at once              TestPriorities
package manage
