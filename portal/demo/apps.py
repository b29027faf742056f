from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "portal.demo"
    label = "portal_demo"

    def ready(self) -> None:
        from accounts import step_up

        step_up.without_methods = "demo:confirm"
