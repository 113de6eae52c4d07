/** A message stored as a code and parameters (connectionCode, connectionParams), in the reader's language. */
define('modules/ksef/views/fields/coded-message', [
    'views/fields/base',
    'modules/ksef/messages/message-text',
], (Base, MessageText) => class extends Base {
    detailTemplateContent =
        `{{#if value}}{{value}}${MessageText.linkTemplate}{{else}}<span class="none-value">{{translate 'None'}}</span>{{/if}}`

    listTemplateContent = '{{value}}'

    get paramsAttribute() {
        return this.name.replace(/Code$/, 'Params');
    }

    getAttributeList() {
        return [this.name, this.paramsAttribute];
    }

    data() {
        return {...super.data(), ...MessageText.of(this).linkOf(this.model.get(this.name))};
    }

    getValueForDisplay() {
        return MessageText.of(this).of({
            code: this.model.get(this.name),
            params: this.model.get(this.paramsAttribute),
        });
    }
});
