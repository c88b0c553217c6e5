from django.urls import path

from absence import views_categories

urlpatterns = [
    path("opsaetning/kategorier/", views_categories.categories, name="categories"),
    path("opsaetning/kategorier/ny/", views_categories.category, name="category_new"),
    path("opsaetning/kategorier/<int:category_id>/", views_categories.category, name="category"),
]
