# path: shop/pump.py
import asyncio
import logging

LOG = logging.getLogger(__name__)


class Pump:
    async def forever(self):
        while True:
            try:
                await self.step()
            # found: CWE-755
            except BaseException:
                LOG.exception("step failed")

    async def bare(self):
        while self.running:
            try:
                await self.step()
            # found: CWE-755
            except:
                self.failures += 1

    async def named(self):
        for delay in self.delays:
            try:
                await asyncio.sleep(delay)
            # found: CWE-755
            except asyncio.CancelledError:
                LOG.info("not now")

    async def both(self):
        try:
            await self.step()
        # found: CWE-755
        except (Exception, asyncio.CancelledError):
            self.failures += 1
        await self.report()

    async def connect(self, host):
        transport = await self.open(host)
        try:
            await transport.handshake()
        # found: CWE-755
        except Exception:
            transport.close()
            raise
        return transport

    async def reserve(self, order):
        try:
            await self.ask(order)
        # found: CWE-755
        except Exception as error:
            await self.stock.release(order)
            raise LookupError(order) from error

    def items(self):
        while True:
            try:
                yield self.item()
            # found: CWE-755
            except:
                self.failures += 1

    async def raised(self):
        while True:
            try:
                await self.step()
            # handled: CWE-755
            except BaseException:
                LOG.exception("step failed")
                raise

    async def above(self):
        while True:
            try:
                await self.step()
            # handled: CWE-755
            except asyncio.CancelledError:
                raise
            # handled: CWE-755
            except BaseException:
                LOG.exception("step failed")

    async def stop(self):
        self.task.cancel()
        try:
            await self.task
        # handled: CWE-755
        except asyncio.CancelledError:
            pass
        await self.report()

    async def last(self):
        try:
            while True:
                await self.step()
        # handled: CWE-755
        except asyncio.CancelledError:
            LOG.info("done")

    async def passed_on(self, future):
        while True:
            try:
                await self.step()
            # handled: CWE-755
            except BaseException as error:
                future.set_exception(error)

    async def closed(self, host):
        transport = await self.open(host)
        try:
            await transport.handshake()
        # handled: CWE-755
        except BaseException:
            transport.close()
            raise
        return transport

    async def both_ways(self, host):
        transport = await self.open(host)
        try:
            await transport.handshake()
        # handled: CWE-755
        except Exception:
            transport.abort()
            raise
        finally:
            self.opening -= 1

    async def plain(self):
        while True:
            try:
                await self.step()
            except Exception:
                LOG.exception("step failed")

    async def counted(self):
        try:
            await self.step()
        except Exception:
            self.failures += 1
            raise

    def closed_items(self):
        try:
            yield self.item()
        # handled: CWE-755
        except GeneratorExit:
            self.close()

    def blocking(self):
        while True:
            try:
                self.step_now()
            except BaseException:
                LOG.exception("step failed")
