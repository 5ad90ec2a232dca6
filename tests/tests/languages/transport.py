"""An app whose requests go its own way. Says how they went.

    transport.py SERVER PHONE_CODE TABLET_CODE FOLDER
"""

import asyncio
import http.client
import ssl
import sys
import urllib.error
import urllib.request

import doorstep
from common import Keys, tell
from doorstep import Attachment, AttachmentType, Device, DeviceOptions, DoorstepError, HttpHeader, HttpResponse, SyncOptions


class OwnTransport(doorstep.Transport):
    """Carries requests by urllib, and keeps which methods there were. While it holds, nothing goes on."""

    def __init__(self):
        self.methods, self.holds, self.held, self.was_cancelled = set(), False, asyncio.Event(), asyncio.Event()

    async def exchange(self, request):
        self.methods.add(request.method)
        if self.holds:
            await self.hold()
        return await asyncio.to_thread(answer_to, request)

    async def hold(self):
        self.held.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.was_cancelled.set()
            raise


class NoRedirects(urllib.request.HTTPRedirectHandler):
    """Where a redirect leads is not the server: it must not get the token."""

    def redirect_request(self, *_):
        return None


OPENER = urllib.request.build_opener(NoRedirects())


def answer_to(request):
    asked = urllib.request.Request(request.url, request.body or None, method=request.method)
    for header in request.headers:
        asked.add_header(header.name, header.value)
    try:
        with answered(asked) as answer:
            headers = [HttpHeader(name=name, value=value) for name, value in answer.headers.items()]
            return HttpResponse(status=answer.status, headers=headers, body=doorstep.whole_body(answer.read()))
    except TimeoutError:
        raise doorstep.TransportFailure.TimedOut
    except ssl.SSLError:
        raise doorstep.TransportFailure.Insecure
    except (OSError, http.client.HTTPException):
        raise doorstep.TransportFailure.Lost


def answered(asked):
    try:
        return OPENER.open(asked, timeout=60)
    except urllib.error.HTTPError as answer:
        return answer
    except urllib.error.URLError as error:
        if isinstance(error.reason, (ssl.SSLError, TimeoutError)):
            raise error.reason
        raise doorstep.TransportFailure.Unreachable


async def main(server, phone_code, tablet_code, folder):
    doorstep.uniffi_set_event_loop(asyncio.get_running_loop())
    transport = OwnTransport()
    phone = await enrolled(f"{folder}/phone", transport, server, phone_code)
    tablet = await enrolled(f"{folder}/tablet", transport, server, tablet_code)

    case = phone.caseload()[0].scope
    consent = Attachment(attachment_type=AttachmentType.CONSENT(), media_type="application/pdf", caption="Consent")
    consent_bytes = bytes(i * i % 251 for i in range(2_500_000))
    attached = phone.attach(case, consent, consent_bytes).id
    print(f"{(await phone.sync(SyncOptions())).files_sent} file sent.")

    await tablet.sync(SyncOptions())
    await tablet.download(attached, SyncOptions())
    assert tablet.file(attached) == consent_bytes, "the consent arrived otherwise than it was sent"
    print(f"Carried: {' '.join(sorted(transport.methods))}.")

    transport.holds = True
    sync = asyncio.create_task(phone.sync(SyncOptions()))
    await transport.held.wait()
    sync.cancel()
    await transport.was_cancelled.wait()
    print("The request ended with the sync.")

    transport.holds = False
    tell(server, "elsewhere")
    try:
        await phone.sync(SyncOptions())
    except DoorstepError.Network as error:
        print(f"Sent elsewhere: {error.reason}")
    tell(server, "nothing")
    await phone.sync(SyncOptions())
    print(f"All sent: {str(phone.sync_status().is_all_sent).lower()}.")
    phone.close_store()
    tablet.close_store()


async def enrolled(path, transport, server, code):
    device = Device.open(path, DeviceOptions(key_store=Keys(), transport=transport))
    await device.enrol(server, code, "Python", "1.0")
    await device.sync(SyncOptions())
    return device


asyncio.run(main(*sys.argv[1:]))
