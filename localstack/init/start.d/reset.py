# Gives LocalStack 4.14 what later releases have: `POST /_localstack/state/reset` empties every service, so that a warm
# container can serve run after run. LocalStack runs it within its own process, before it says that it is ready.

import os
import shutil

from moto.core.base_backend import BackendDict

from localstack.http import Resource, Response
from localstack.services.internal import get_internal_apis
from localstack.services.plugins import SERVICE_PLUGINS
from localstack.state.core import AssetDirectory, StateVisitor


class Emptying(StateVisitor):
    def visit(self, held):
        if isinstance(held, AssetDirectory):
            shutil.rmtree(held.path, ignore_errors=True)
            os.makedirs(held.path, exist_ok=True)
        elif not isinstance(held, BackendDict):
            held.reset()


def forget(service):
    # S3 knows more of its objects than its stores tell.
    provider = service._provider
    if service.name() == "s3":
        provider._storage_backend.reset()
        provider._storage_backend._filesystem.clear()
        provider._expiration_cache.clear()
        provider._preconditions_locks.clear()


class Reset:
    def on_post(self, request):
        services = [SERVICE_PLUGINS.get_service(name) for name in SERVICE_PLUGINS.list_loaded_services()]
        for service in services:
            service.lifecycle_hook.on_before_state_reset()
            service.accept_state_visitor(Emptying())
            forget(service)
        # Those of moto belong to no one service: IAM's are used by STS.
        BackendDict.reset()
        for service in services:
            service.lifecycle_hook.on_after_state_reset()
        return Response("", 200)


get_internal_apis().add(Resource("/_localstack/state/reset", Reset()))
