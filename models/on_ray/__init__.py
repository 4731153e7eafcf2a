"""The engine on a cluster: Ray Serve answers, Ray jobs train. Ray itself is imported only there."""
