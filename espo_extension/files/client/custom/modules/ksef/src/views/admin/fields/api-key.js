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

    setup() {
        super.setup();
        this.listenTo(this.model, 'after:save', () => this.forget());
    }

    data() {
        return {...super.data(), placeholder: this.translate('bridgeApiKeyKept', 'messages', 'Settings')};
    }

    /** After a save neither the form nor the client's copy of the settings holds the key. */
    forget() {
        this.model.unset(this.name, {silent: true});
        this.getConfig().unset(this.name, {silent: true});
        this.$el.find('input').val('');
    }

    fetch() {
        const key = this.$el.find('input').val().trim();

        return key ? {[this.name]: key} : {};
    }
});
