"""Finds the endpoint of a path."""

from dataclasses import dataclass
from functools import lru_cache

from starlette.routing import compile_path

from include.sandbox.errors import InvalidInput, MethodNotAllowed, NotFound
from include.sandbox.serving.endpoint import Endpoint
from include.sandbox.store import object_type_of

_TYPE_PARAMETERS = ("object_type", "from_type", "to_type")


@dataclass(frozen=True, slots=True)
class Found:
    """The endpoint of a request; `route` is how the request log names it."""

    endpoint: Endpoint
    family: str
    parameters: dict[str, str]
    object_types: list[str]
    route: str


class Router:
    """All endpoints under all their paths."""

    def __init__(self, endpoints: list[Endpoint]) -> None:
        self._routes = [
            (compile_path(template)[0], template, family, endpoint)
            for endpoint in endpoints
            for family, template in endpoint.paths()
        ]
        self.find = lru_cache(maxsize=4096)(self._find)  # a nightly sync calls a dozen paths

    def _find(self, method: str, path: str) -> Found:
        """Return a path's endpoint.

        Raises:
            NotFound: nothing stands there.
            MethodNotAllowed: something does, under another method.
            InvalidInput: the path names an object type that the portal does not have.
        """
        other_method = False
        for pattern, template, family, endpoint in self._routes:
            match = pattern.match(path)
            if match is None:
                continue
            if endpoint.method != method:
                other_method = True
                continue
            return _found(endpoint, family, template, match.groupdict())
        if other_method:
            raise MethodNotAllowed(f"The method {method} is not allowed here")
        raise NotFound(f"Unable to find a resource at {path[:200]}")


def _found(endpoint: Endpoint, family: str, template: str, parameters: dict[str, str]) -> Found:
    object_types = []
    for name in _TYPE_PARAMETERS:
        if name in parameters:
            object_type = object_type_of(parameters[name])
            if object_type is None:
                raise InvalidInput(f"Unable to infer object type from: {parameters[name][:100]}")
            parameters[name] = object_type
            template = template.replace(f"{{{name}}}", object_type)
            object_types.append(object_type)
    return Found(endpoint, family, parameters, object_types, template)
