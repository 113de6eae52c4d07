/** A key that the server keeps and never shows: what is left empty changes nothing. */
define('modules/ksef/views/admin/fields/api-key', ['views/fields/password'], Password => class extends Password {
    editTemplateContent = `
        <input
            type="password"
            class="main-element form-control"
            data-name="{{name}}"
            autocomplete="new-password"
            spellcheck="false"
            placeholder="{{placeholder}}"
        >`

    data() {
        return {...super.data(), placeholder: this.translate('bridgeApiKeyKept', 'messages', 'Settings')};
    }

    fetch() {
        const key = this.$el.find('input').val().trim();

        return key ? {[this.name]: key} : {};
    }
});
